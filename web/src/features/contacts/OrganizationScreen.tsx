import "./texts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { languageName } from "@/lib/languageNames";
import { Avatar } from "@/ui/Avatar";
import { ErrorState, Skeleton } from "@/ui/States";
import { VipMark } from "@/ui/VipMark";
import { type OrganizationDetails, organizationQuery } from "./api";
import { OrganizationForm } from "./components/OrganizationForm";
import { SideSection } from "./components/SideSection";
import { SubjectPage } from "./components/SubjectPage";
import classes from "./OrganizationScreen.module.css";

const route = getRouteApi("/desk/organizations/$organizationId");

/** The page of an organization; of one that was merged, it leads to the one that is kept. */
export function OrganizationScreen() {
  const { t } = useTranslation();
  const id = Number(route.useParams().organizationId);
  const { show = "all" } = route.useSearch();
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
    <SubjectPage
      key={id}
      subject={{ kind: "organization", id }}
      of={data}
      show={show}
      head={
        <div className={classes.head}>
          <Avatar id={id} name={data.name} size="l" square />
          <p className={classes.name}>
            <bdi>{data.name}</bdi>
          </p>
          {data.vip && <VipMark />}
        </div>
      }
      side={<Members organization={data} />}
      portal={t(data.shares_tickets ? "contactPage.sharesAll" : "contactPage.sharesNone")}
      form={(close) => (
        <OrganizationForm
          organization={data}
          onReload={async () => (await refetch()).data}
          onClose={close}
        />
      )}
    />
  );
}

/** The domains of an organization, and who belongs to it. */
function Members({ organization }: { organization: OrganizationDetails }) {
  const { t, i18n } = useTranslation();
  const { domains, contacts, contact_count, language, time_zone } = organization;
  return (
    <>
      <SideSection title={t("contactPage.domains")}>
        {domains.length === 0 && <p className={classes.quiet}>{t("contactPage.none")}</p>}
        {domains.map((domain) => (
          <bdi key={domain}>{domain}</bdi>
        ))}
      </SideSection>
      {(language || time_zone) && (
        <SideSection title={t("contactPage.newPeople")}>
          {language && <span>{languageName(language, i18n.language)}</span>}
          {time_zone && <bdi>{time_zone}</bdi>}
        </SideSection>
      )}
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
    </>
  );
}
