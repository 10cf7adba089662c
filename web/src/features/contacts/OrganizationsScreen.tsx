import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Avatar } from "@/ui/Avatar";
import { ListState } from "@/ui/ListState";
import { EmptyState } from "@/ui/States";
import { VipMark } from "@/ui/VipMark";
import { organizationsQuery } from "./api";
import { LinkRow } from "./components/LinkRow";
import { ListFrame } from "./components/ListFrame";

const route = getRouteApi("/desk/organizations");

/** The companies of the contacts, by name. */
export function OrganizationsScreen() {
  const { q = "" } = route.useSearch();
  return (
    <ListFrame at="/desk/organizations" q={q}>
      <Organizations q={q} />
    </ListFrame>
  );
}

function Organizations({ q }: { q: string }) {
  const { t } = useTranslation();
  const answer = usePages(organizationsQuery(q));
  return (
    <ListState
      answer={answer}
      searched={q !== ""}
      empty={<EmptyState icon="home" title={t("contactPage.noOrganizations")} />}
      row={(one) => (
        <LinkRow
          key={one.id}
          sign={<Avatar id={one.id} name={one.name} size="m" square />}
          hint={one.domains}
          end={t("organizations.contacts", { count: one.contact_count })}
        >
          <Link
            to="/desk/organizations/$organizationId"
            params={{ organizationId: String(one.id) }}
            search={{}}
            className="cut"
          >
            <bdi>{one.name}</bdi>
          </Link>
          {one.vip && <VipMark />}
        </LinkRow>
      )}
    />
  );
}
