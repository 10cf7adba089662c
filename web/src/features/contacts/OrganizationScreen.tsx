import "./texts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { useKeys } from "@/lib/keyboard";
import { Avatar } from "@/ui/Avatar";
import { ErrorState, Skeleton } from "@/ui/States";
import { VipMark } from "@/ui/VipMark";
import { type OrganizationDetails, organizationQuery, type Subject } from "./api";
import { DuplicateBanner } from "./components/DuplicateBanner";
import type { Found } from "./components/FoundPicker";
import { History } from "./components/History";
import { MergeDialog } from "./components/MergeDialog";
import { Notes } from "./components/Notes";
import { OrganizationForm } from "./components/OrganizationForm";
import { PageFrame } from "./components/PageFrame";
import { SideSection } from "./components/SideSection";
import { TicketList } from "./components/TicketList";
import classes from "./OrganizationScreen.module.css";

const route = getRouteApi("/desk/organizations/$organizationId");

/** The page of an organization; of one that was merged, it leads to the one that is kept. */
export function OrganizationScreen() {
  const id = Number(route.useParams().organizationId);
  const { data, error, refetch } = useQuery(organizationQuery(id));
  if (!data) {
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton rows={6} height={52} />;
  }
  if (data.id !== id) {
    const params = { organizationId: String(data.id) };
    return <Navigate to="/desk/organizations/$organizationId" params={params} replace />;
  }
  return (
    <OrganizationPage key={id} organization={data} onReload={async () => (await refetch()).data} />
  );
}

type OrganizationPageProps = {
  organization: OrganizationDetails;
  onReload: () => Promise<OrganizationDetails | undefined>;
};
type Opened = { what: "form" } | { what: "merge"; other: Found | null } | null;

function OrganizationPage({ organization, onReload }: OrganizationPageProps) {
  const { show = "all" } = route.useSearch();
  const locked = useLocked("organization:edit");
  const [opened, setOpened] = useState<Opened>(null);
  const subject: Subject = { kind: "organization", id: organization.id };
  const edit = () => setOpened({ what: "form" });
  const merge = (other: Found | null) => setOpened({ what: "merge", other });
  const close = () => setOpened(null);
  useKeys({ e: edit, m: () => merge(null) }, !locked && opened === null);
  return (
    <PageFrame
      name={organization.name}
      list="/desk/organizations"
      locked={locked}
      onEdit={edit}
      onMerge={() => merge(null)}
      banner={!locked && <DuplicateBanner subject={subject} onCompare={merge} />}
      side={<Side organization={organization} subject={subject} />}
    >
      <div className={classes.head}>
        <Avatar id={organization.id} name={organization.name} size="l" square />
        <p className={classes.name}>
          <bdi>{organization.name}</bdi>
        </p>
      </div>
      <TicketList subject={subject} counts={organization.ticket_counts} show={show} />
      <Notes subject={subject} locked={locked} />
      {opened?.what === "form" && (
        <OrganizationForm organization={organization} onReload={onReload} onClose={close} />
      )}
      {opened?.what === "merge" && (
        <MergeDialog subject={subject} other={opened.other} onClose={close} />
      )}
    </PageFrame>
  );
}

type SideProps = { organization: OrganizationDetails; subject: Subject };

function Side({ organization, subject }: SideProps) {
  const { t } = useTranslation();
  const { domains, contacts, contact_count } = organization;
  return (
    <>
      <SideSection title={t("contactPage.domains")}>
        {domains.length === 0 && <p className={classes.quiet}>{t("contactPage.none")}</p>}
        {domains.map((domain) => (
          <bdi key={domain}>{domain}</bdi>
        ))}
      </SideSection>
      {/* The fields that a workspace adds to organizations stand here, in a section of their own. */}
      <SideSection title={`${t("contactPage.people")} ${contact_count}`}>
        <ul className={classes.people}>
          {contacts.map((contact) => (
            <li key={contact.id} className={classes.contact}>
              <Avatar id={contact.id} name={contact.name} />
              <Link
                to="/desk/contacts/$contactId"
                params={{ contactId: String(contact.id) }}
                search={{}}
              >
                <bdi>{contact.name}</bdi>
              </Link>
              {contact.vip && <VipMark />}
              {contact.organization_manager && (
                <span className={classes.quiet}>{t("contactPage.manager")}</span>
              )}
            </li>
          ))}
        </ul>
        {contact_count > contacts.length && (
          <p className={classes.quiet}>{t("contactPage.morePeople")}</p>
        )}
      </SideSection>
      <SideSection title={t("contactPage.portal")}>
        <p>{t(organization.shares_tickets ? "contactPage.sharesAll" : "contactPage.sharesNone")}</p>
      </SideSection>
      <History subject={subject} />
    </>
  );
}
