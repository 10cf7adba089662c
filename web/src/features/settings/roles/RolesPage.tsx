import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useStaff } from "@/api/directory";
import { Page } from "@/app/settings/SettingsPage";
import { Card } from "@/ui/Card";
import { ErrorState, Skeleton } from "@/ui/States";
import { type Role, rolesQuery } from "../api";
import { groupedPermissions, permissionText } from "./permissions";
import classes from "./RolesPage.module.css";

/** What each role may do; to read. */
export function RolesPage() {
  const { t } = useTranslation();
  const roles = useQuery(rolesQuery);
  return (
    <Page section="roles">
      <p className={classes.hint}>{t("roles.hint")}</p>
      {roles.isPending && <Skeleton rows={4} height={120} />}
      {roles.error && !roles.data && (
        <ErrorState error={roles.error} onRetry={() => void roles.refetch()} />
      )}
      {roles.data?.map((role) => (
        <RoleCard key={role.id} role={role} />
      ))}
    </Page>
  );
}

function RoleCard({ role }: { role: Role }) {
  const { t } = useTranslation();
  const count = useStaff().filter((person) => person.role?.id === role.id).length;
  return (
    <Card title={role.name} hint={t("roles.people", { count })}>
      <dl className={classes.groups}>
        {groupedPermissions(role.permissions).map(([group, permissions]) => (
          <div key={group} className={classes.group}>
            <dt>{t(`roles.group.${group}`)}</dt>
            <dd>
              <ul className={classes.permissions}>
                {permissions.map((permission) => (
                  <li key={permission} title={permission}>
                    {permissionText(permission, t)}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
