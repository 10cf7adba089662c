import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Avatar } from "@/ui/Avatar";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { VipMark } from "@/ui/VipMark";
import { organizationsQuery } from "../api";
import { OrganizationDialog } from "./OrganizationDialog";

const PERMISSION = "organization:edit";

/** The companies that contacts belong to. */
export function OrganizationsPage() {
  const { t } = useTranslation();
  const { q, opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = usePages(organizationsQuery(q));
  const edited = answer.data?.find((one) => String(one.id) === opened);
  const reload = async () => {
    const { data } = await answer.refetch();
    return data?.pages.flatMap((page) => page.items).find((one) => one.id === edited?.id);
  };
  return (
    <Page
      section="organizations"
      permission={PERMISSION}
      searchable
      add={{ label: t("organizations.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        searched={q !== ""}
        empty={
          <EmptyState
            icon="home"
            title={t("organizations.empty")}
            hint={t("organizations.emptyHint")}
          />
        }
        row={(organization) => (
          <Row
            key={organization.id}
            sign={<Avatar id={organization.id} name={organization.name} size="m" square />}
            name={organization.name}
            hint={<bdi>{organization.domains.join(", ")}</bdi>}
            end={
              <>
                {organization.vip && <VipMark />}
                {t("organizations.contacts", { count: organization.contact_count })}
              </>
            }
            onOpen={() => open(organization.id)}
          />
        )}
      />
      {opened === "new" && !locked && <OrganizationDialog locked={false} onClose={close} />}
      {edited && (
        <OrganizationDialog
          key={edited.id}
          organization={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}
