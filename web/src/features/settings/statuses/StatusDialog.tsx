import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import type { Status, StatusCategory } from "@/api/types";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { TeamSquare } from "@/ui/TicketIcons";
import type { Role } from "../api";
import { ColorField } from "../teams/ColorField";
import { TransitionFields } from "./TransitionFields";

const categories: StatusCategory[] = ["new", "open", "waiting", "on_hold", "resolved", "closed"];

type StatusDialogProps = {
  /** Without one a status is added. */
  status?: Status;
  statuses: readonly Status[];
  roles: readonly Role[];
  locked: boolean;
  onReload?: () => Promise<Status | undefined>;
  onClose: () => void;
};

function fieldsOf(status?: Status) {
  return {
    name: status?.name ?? "",
    category: status?.category ?? ("open" as StatusCategory),
    color: status?.color ?? null,
    active: status?.active ?? true,
    next: status?.next ?? [],
  };
}

/** A status: name, category, colour, whether it is in use, and what may follow it. */
export function StatusDialog(props: StatusDialogProps) {
  const { status, statuses, roles, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const record = useRecord({
    stored: status,
    fieldsOf,
    words: {
      name: t("statuses.name"),
      category: {
        label: t("statuses.categoryLabel"),
        say: (category) => t(`statuses.category.${category}`),
      },
      color: {
        label: t("teams.color"),
        say: (color) => (color ? <TeamSquare color={color} /> : t("statuses.noColor")),
      },
      active: t("statuses.active"),
      next: {
        label: t("statuses.next"),
        say: (next) =>
          statuses
            .filter((one) => next.some(({ key }) => key === one.key))
            .map(({ name }) => name)
            .join(", "),
      },
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: ({ name, category, color }, changed, version) => {
      const { category: _, ...change } = changed;
      return status
        ? write(
            client.PATCH("/api/v1/statuses/{key}", {
              params: { path: { key: status.key } },
              body: { ...change, version },
            }),
          )
        : write(
            client.POST("/api/v1/statuses", {
              body: { name: name.trim(), category, color },
            }),
          );
    },
    said: ({ name }) => t(status ? "statuses.saved" : "statuses.added", { name: name.trim() }),
    stale: [directoryKeys.statuses],
  });
  const { values } = record;
  return (
    <EditDialog title={status?.name ?? t("statuses.add")} {...record.dialog} locked={locked}>
      <TextField {...record.text("name")} label={t("statuses.name")} data-autofocus />
      <SelectField
        name="category"
        value={values.category}
        onChange={(event) => record.set({ category: event.currentTarget.value as StatusCategory })}
        label={t("statuses.categoryLabel")}
        description={t(`statuses.means.${values.category}`)}
        disabled={status !== undefined}
        data={categories.map((one) => ({ value: one, label: t(`statuses.category.${one}`) }))}
      />
      <SwitchField
        name="ownColor"
        label={t("statuses.ownColor")}
        checked={values.color !== null}
        onChange={(event) => record.set({ color: event.currentTarget.checked ? "#5B9BD5" : null })}
      />
      {values.color && (
        <ColorField value={values.color} onChange={(color) => record.set({ color })} />
      )}
      {status && (
        <>
          <SwitchField
            {...record.toggle("active")}
            label={t("statuses.active")}
            description={t("statuses.activeHint")}
          />
          <TransitionFields
            statuses={statuses.filter((one) => one.key !== status.key)}
            roles={roles}
            next={values.next}
            onChange={(next) => record.set({ next })}
            locked={locked}
          />
        </>
      )}
    </EditDialog>
  );
}
