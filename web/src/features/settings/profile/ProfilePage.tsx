import { Page } from "@/app/settings/SettingsPage";
import { OwnAbsenceCard } from "../absences/OwnAbsenceCard";
import { OwnSignaturesCard } from "../signatures/OwnSignaturesCard";
import { AfterSendCard } from "./AfterSendCard";
import { LookCard } from "./LookCard";
import { PasswordCard } from "./PasswordCard";
import { ProfileCard } from "./ProfileCard";
import { SessionsCard } from "./SessionsCard";
import { TokensCard } from "./TokensCard";
import { UndoSendCard } from "./UndoSendCard";

/** One's own: name and language, look, password, sessions, tokens. */
export function ProfilePage() {
  return (
    <Page section="profile">
      <ProfileCard />
      <UndoSendCard />
      <AfterSendCard />
      <OwnSignaturesCard />
      <OwnAbsenceCard />
      <LookCard />
      <PasswordCard />
      <SessionsCard />
      <TokensCard />
    </Page>
  );
}
