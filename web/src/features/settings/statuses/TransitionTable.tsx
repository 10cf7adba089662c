import { useTranslation } from "react-i18next";
import type { Status } from "@/api/types";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { StatusIcon } from "@/ui/TicketIcons";
import type { Role } from "../api";
import { TransitionPicture } from "./TransitionPicture";
import classes from "./TransitionTable.module.css";

type TransitionTableProps = { statuses: readonly Status[]; roles: readonly Role[] };

/** What may follow what: from the row to the column, for everybody or, with a lock, for some roles. */
export function TransitionTable({ statuses, roles }: TransitionTableProps) {
  const { t } = useTranslation();
  const used = statuses.filter((status) => status.active);
  return (
    <Card title={t("statuses.picture")} hint={t("statuses.pictureHint")} padded>
      <TransitionPicture statuses={statuses} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <section className={classes.scroll} aria-label={t("statuses.picture")} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("statuses.from")}</th>
              {used.map((status) => (
                <th key={status.key} scope="col">
                  <StatusIcon category={status.category} color={status.color} label={status.name} />
                  <bdi className={classes.column} aria-hidden="true">
                    {status.name}
                  </bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {used.map((from) => (
              <tr key={from.key}>
                <th scope="row">
                  <bdi>{from.name}</bdi>
                </th>
                {used.map((to) => (
                  <td key={to.key} className={from.key === to.key ? classes.self : undefined}>
                    <Cell from={from} to={to} roles={roles} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function Cell({ from, to, roles }: { from: Status; to: Status; roles: readonly Role[] }) {
  const { t } = useTranslation();
  const held = from.next.find((one) => one.key === to.key);
  if (!held) return null;
  const ids = held.role_ids ?? [];
  if (ids.length === 0) return <Icon name="check" label={t("statuses.everybody")} />;
  const names = roles.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  return <Icon name="lock" label={names.join(", ")} />;
}
