import "./texts";
import { Page } from "@/app/settings/SettingsPage";
import { ActivitiesCard } from "./ActivitiesCard";
import { TotalsCard } from "./TotalsCard";

/** The sums of time by agent, ticket, organization, day or activity, and the list of activities. */
export function TimePage() {
  return (
    <Page section="time" wide>
      <TotalsCard />
      <ActivitiesCard />
    </Page>
  );
}
