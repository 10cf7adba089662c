import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { useKeys } from "@/lib/keyboard";
import type { Subject } from "../api";
import type { ShownTickets } from "../shownTickets";
import { DuplicateBanner } from "./DuplicateBanner";
import type { Found } from "./FoundPicker";
import { History } from "./History";
import { MergeDialog } from "./MergeDialog";
import { Notes } from "./Notes";
import { PageFrame } from "./PageFrame";
import { SideSection } from "./SideSection";
import { TicketList } from "./TicketList";
import { Values } from "./Values";

type Opened = { what: "form" } | { what: "merge"; other: Found | null } | null;

/** What the pages of contacts and of organizations show alike of whom they are about. */
export type PageSubject = {
  name: string;
  external_id: string | null;
  fields: Record<string, unknown>;
  ticket_counts: Record<string, number>;
};

type SubjectPageProps = {
  subject: Subject;
  of: PageSubject;
  show: ShownTickets;
  /** Who or what it is, above the tickets. */
  head: ReactNode;
  /** What only one of both has, first beside the tickets. */
  side: ReactNode;
  /** Whose tickets are seen at the portal, as a sentence. */
  portal: string;
  /** The dialog that edits it. */
  form: (onClose: () => void) => ReactNode;
};

/** The page of a contact or an organization: tickets and notes, what belongs to it, its form and its merge. */
export function SubjectPage({ subject, of, show, head, side, portal, form }: SubjectPageProps) {
  const { t } = useTranslation();
  const isContact = subject.kind === "contact";
  const locked = useLocked(isContact ? "contact:edit" : "organization:edit");
  const [opened, setOpened] = useState<Opened>(null);
  const edit = () => setOpened({ what: "form" });
  const merge = (other: Found | null) => setOpened({ what: "merge", other });
  const close = () => setOpened(null);
  useKeys({ e: edit, m: () => merge(null) }, !locked && opened === null);
  return (
    <PageFrame
      name={of.name}
      list={isContact ? "/desk/contacts" : "/desk/organizations"}
      locked={locked}
      onEdit={edit}
      onMerge={() => merge(null)}
      banner={!locked && <DuplicateBanner subject={subject} onCompare={merge} />}
      side={
        <>
          {side}
          <Values entity={subject.kind} of={of} />
          <SideSection title={t("contactPage.portal")}>
            <p>{portal}</p>
          </SideSection>
          <History subject={subject} />
        </>
      }
    >
      {head}
      <TicketList subject={subject} counts={of.ticket_counts} show={show} />
      <Notes subject={subject} locked={locked} />
      {opened?.what === "form" && form(close)}
      {opened?.what === "merge" && (
        <MergeDialog subject={subject} other={opened.other} onClose={close} />
      )}
    </PageFrame>
  );
}
