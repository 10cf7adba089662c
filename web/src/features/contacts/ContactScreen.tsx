import "./texts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Avatar } from "@/ui/Avatar";
import { ErrorState, Skeleton } from "@/ui/States";
import { type ContactDetails, contactQuery } from "./api";
import classes from "./ContactScreen.module.css";
import { ContactForm } from "./components/ContactForm";
import { ContactHead } from "./components/ContactHead";
import { SideSection } from "./components/SideSection";
import { SubjectPage } from "./components/SubjectPage";

const route = getRouteApi("/desk/contacts/$contactId");

/** The page of a contact; of one that was merged, it leads to the one that is kept. */
export function ContactScreen() {
  const { t } = useTranslation();
  const id = Number(route.useParams().contactId);
  const { show = "all" } = route.useSearch();
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
  const { organization } = data;
  return (
    <SubjectPage
      key={id}
      subject={{ kind: "contact", id }}
      of={data}
      show={show}
      head={<ContactHead contact={data} />}
      side={<OrganizationOf contact={data} />}
      portal={
        data.sees_organization && organization
          ? t("contactPage.seesAll", { name: organization.name })
          : t("contactPage.seesOwn")
      }
      form={(close) => (
        <ContactForm contact={data} onReload={async () => (await refetch()).data} onClose={close} />
      )}
    />
  );
}

function OrganizationOf({ contact: { organization } }: { contact: ContactDetails }) {
  const { t } = useTranslation();
  return (
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
  );
}
