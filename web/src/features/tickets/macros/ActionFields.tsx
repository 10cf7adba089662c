import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTemplates } from "@/api/checklistTemplates";
import { useStaff, useStatuses, useTeams } from "@/api/directory";
import type { MacroAction } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Form";
import { actionText } from "./actionText";
import classes from "./MacroDialog.module.css";
import { TemplateField } from "./TextFields";

type ActionFieldsProps = { actions: MacroAction[]; onChange: (actions: MacroAction[]) => void };

const MOST_ACTIONS = 20;
const priorities = ["urgent", "high", "normal", "low"] as const;
const types = ["question", "incident", "problem", "task"] as const;
const kinds = [
  "status",
  "priority",
  "type",
  "assignee",
  "team",
  "addTags",
  "removeTags",
  "snooze",
  "checklist",
  "note",
] as const;
// Hours from when the macro is applied; 0: until the requester answers.
const snoozeHours = [0, 1, 4, 24, 48, 72, 168, 336] as const;
const MINUTES_OF_HOUR = 60;
type Kind = (typeof kinds)[number];

const tagsOf = (text: string) =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);

/** What a macro does besides its text, in order: each is chosen, given a value and added. */
export function ActionFields({ actions, onChange }: ActionFieldsProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>("status");
  const [value, setValue] = useState("");
  const names = {
    teams: useTeams(),
    staff: useStaff(),
    statuses: useStatuses(),
    templates: useTemplates(),
  };
  const options = useValues(kind);
  const action = actionOf(kind, value || (options?.[0]?.value ?? ""));
  const add = () => {
    if (!action) return;
    onChange([...actions, action]);
    setValue("");
  };
  return (
    <fieldset className={classes.actions}>
      <legend>{t("macros.actions")}</legend>
      <ol className={classes.list}>
        {actions.map((one) => (
          <li key={JSON.stringify(one)} className={classes.action}>
            <span dir="auto">{actionText(one, names, t)}</span>
            <IconButton
              icon="x"
              size="s"
              label={t("macros.drop", { what: actionText(one, names, t) })}
              onClick={() => onChange(actions.filter((other) => other !== one))}
            />
          </li>
        ))}
      </ol>
      {actions.length < MOST_ACTIONS && (
        <div className={classes.new}>
          <SelectField
            name="action-kind"
            label={t("macros.newAction")}
            data={kinds.map((one) => ({ value: one, label: t(`macros.do.${one}`) }))}
            value={kind}
            onChange={(event) => {
              setKind(event.currentTarget.value as Kind);
              setValue("");
            }}
          />
          {options ? (
            <SelectField
              name="action-value"
              label={t("macros.value")}
              data={options}
              value={value || options[0]?.value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          ) : kind === "note" ? (
            <TemplateField
              name="action-value"
              label={t("macros.value")}
              value={value}
              onChange={setValue}
            />
          ) : (
            <TextField
              name="action-value"
              label={t("macros.value")}
              description={t("macros.tagsHint")}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )}
          <Button disabled={!action} onClick={add}>
            {t("macros.addAction")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** The values to choose from; null where one is typed. */
function useValues(kind: Kind): { value: string; label: string }[] | null {
  const { t } = useTranslation();
  const [teams, staff, statuses] = [useTeams(), useStaff(), useStatuses()];
  const templates = useTemplates();
  const named = (one: { id: number; name: string }) => ({ value: String(one.id), label: one.name });
  switch (kind) {
    case "status":
      return statuses.map(({ key, name }) => ({ value: key, label: name }));
    case "priority":
      return priorities.map((one) => ({ value: one, label: t(`priority.name.${one}`) }));
    case "type":
      return types.map((one) => ({ value: one, label: t(`type.${one}`) }));
    case "snooze":
      return snoozeHours.map((hours) => ({
        value: String(hours),
        label: hours ? t("macros.hours", { count: hours }) : t("macros.untilReply"),
      }));
    case "checklist":
      return templates.map(named);
    case "team":
      return teams.map(named);
    case "assignee":
      return [
        { value: "me", label: t("macros.me") },
        { value: "nobody", label: t("macros.nobody") },
        ...staff.map(named),
      ];
    default:
      return null;
  }
}

function actionOf(kind: Kind, value: string): MacroAction | null {
  if (!value.trim()) return null;
  switch (kind) {
    case "status":
      return { do: "status", status: value };
    case "priority":
    case "type":
      return { do: "set", field: kind, value };
    case "snooze":
      return {
        do: "snooze",
        minutes: Number(value) * MINUTES_OF_HOUR || null,
        on_reply: true,
        reason: "",
      };
    case "checklist":
      return { do: "checklist", template_id: Number(value) };
    case "team":
      return { do: "assign", to: "team", id: Number(value) };
    case "assignee":
      return value === "me" || value === "nobody"
        ? { do: "assign", to: value }
        : { do: "assign", to: "person", id: Number(value) };
    case "addTags":
      return { do: "add_tags", tags: tagsOf(value) };
    case "removeTags":
      return { do: "remove_tags", tags: tagsOf(value) };
    case "note":
      return { do: "note", text: value };
  }
}
