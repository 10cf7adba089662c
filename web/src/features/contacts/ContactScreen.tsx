import "./texts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { useKeys } from "@/lib/keyboard";
import { Avatar } from "@/ui/Avatar";
import { ErrorState, Skeleton } from "@/ui/States";
import { type ContactDetails, contactQuery, type Subject } from "./api";
import classes from "./ContactScreen.module.css";
import { ContactForm } from "./components/ContactForm";
import { ContactHead } from "./components/ContactHead";
import { DuplicateBanner } from "./components/DuplicateBanner";
import type { Found } from "./components/FoundPicker";
import { History } from "./components/History";
import { MergeDialog } from "./components/MergeDialog";
import { Notes } from "./components/Notes";
import { PageFrame } from "./components/PageFrame";
import { SideSection } from "./components/SideSection";
import { TicketList } from "./components/TicketList";

const route = getRouteApi("/desk/contacts/$contactId");

/** The page of a contact; of one that was merged, it leads to the one that is kept. */
export function ContactScreen() {
  const id = Number(route.useParams().contactId);
  const { data, error, refetch } = useQuery(contactQuery(id));
  if (!data) {
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton rows={6} height={52} />;
  }
  if (data.id !== id) {
    return (
      <Navigate to="/desk/contacts/$contactId" params={{ contactId: String(data.id) }} replace />
    );
  }
  return <ContactPage key={id} contact={data} onReload={async () => (await refetch()).data} />;
}

type ContactPageProps = {
  contact: ContactDetails;
  onReload: () => Promise<ContactDetails | undefined>;
};
type Opened = { what: "form" } | { what: "merge"; other: Found | null } | null;

function ContactPage({ contact, onReload }: ContactPageProps) {
  const { show = "all" } = route.useSearch();
  const locked = useLocked("contact:edit");
  const [opened, setOpened] = useState<Opened>(null);
  const subject: Subject = { kind: "contact", id: contact.id };
  const edit = () => setOpened({ what: "form" });
  const merge = (other: Found | null) => setOpened({ what: "merge", other });
  const close = () => setOpened(null);
  useKeys({ e: edit, m: () => merge(null) }, !locked && opened === null);
  return (
    <PageFrame
      name={contact.name}
      list="/desk/contacts"
      locked={locked}
      onEdit={edit}
      onMerge={() => merge(null)}
      banner={!locked && <DuplicateBanner subject={subject} onCompare={merge} />}
      side={<Side contact={contact} subject={subject} />}
    >
      <ContactHead contact={contact} />
      <TicketList subject={subject} counts={contact.ticket_counts} show={show} />
      <Notes subject={subject} locked={locked} />
      {opened?.what === "form" && (
        <ContactForm contact={contact} onReload={onReload} onClose={close} />
      )}
      {opened?.what === "merge" && (
        <MergeDialog subject={subject} other={opened.other} onClose={close} />
      )}
    </PageFrame>
  );
}

function Side({ contact, subject }: { contact: ContactDetails; subject: Subject }) {
  const { t } = useTranslation();
  const { organization } = contact;
  return (
    <>
      <SideSection title={t("contactPage.organization")}>
        {organization ? (
          <Link
            to="/desk/organizations/$organizationId"
            params={{ organizationId: String(organization.id) }}
            search={{}}
            className={classes.organization}
          >
            <Avatar id={organization.id} name={organization.name} size="m" square />
            <bdi>{organization.name}</bdi>
          </Link>
        ) : (
          <p className={classes.quiet}>{t("contactPage.noOrganization")}</p>
        )}
      </SideSection>
      {/* The fields that a workspace adds to contacts stand here, in a section of their own. */}
      {contact.external_id && (
        <SideSection title={t("contactPage.externalId")}>
          <bdi>{contact.external_id}</bdi>
        </SideSection>
      )}
      <SideSection title={t("contactPage.portal")}>
        <p>
          {contact.sees_organization && organization
            ? t("contactPage.seesAll", { name: organization.name })
            : t("contactPage.seesOwn")}
        </p>
      </SideSection>
      <History subject={subject} />
    </>
  );
}
