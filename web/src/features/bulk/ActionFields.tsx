import { useTranslation } from "react-i18next";
import { useTemplates } from "@/api/checklistTemplates";
import { useResolutions, useStaff, useStatuses, useTags, useTeams } from "@/api/directory";
import { useMe } from "@/api/session";
import { Card } from "@/ui/Card";
import { SelectField, TextAreaField, TextField } from "@/ui/Form";
import { type Chosen, NOBODY } from "./actions";
import classes from "./bulk.module.css";

type FieldsProps = {
  chosen: Chosen;
  onChange: (part: Partial<Chosen>) => void;
  /** The variables of a text. */
  variables: readonly string[];
};

const TAGS = "bulk-tags";

/** What shall be done: properties, tags, and a message with variables. */
export function ActionFields({ chosen, onChange, variables }: FieldsProps) {
  const { t } = useTranslation();
  const choices = useChoices();
  const tags = useTags();
  return (
    <>
      <Card padded title={t("bulkRuns.properties")}>
        <div className={classes.pairs}>
          {choices.map(({ name, data }) => (
            <SelectField
              key={name}
              name={name}
              label={t(`bulkRuns.${name}`)}
              data={[{ value: "", label: t("bulkRuns.keep") }, ...data]}
              value={chosen[name]}
              onChange={(event) => onChange({ [name]: event.currentTarget.value })}
            />
          ))}
          {(["addTags", "removeTags"] as const).map((name) => (
            <TextField
              key={name}
              name={name}
              label={t(`bulkRuns.${name}`)}
              description={t("bulkRuns.tagsHint")}
              list={TAGS}
              value={chosen[name]}
              onChange={(event) => onChange({ [name]: event.currentTarget.value })}
            />
          ))}
          <datalist id={TAGS}>
            {tags.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
        </div>
      </Card>
      <Card padded title={t("bulkRuns.message")}>
        <div className={classes.stack}>
          <MessageKind chosen={chosen} onChange={onChange} />
          {chosen.message && (
            <>
              <TextAreaField
                name="text"
                label={t("bulkRuns.text")}
                dir="auto"
                value={chosen.text}
                onChange={(event) => onChange({ text: event.currentTarget.value })}
              />
              {variables.length > 0 && (
                <div>
                  <p className={classes.hint}>{t("bulkRuns.textHint")}</p>
                  <p className={classes.variables}>
                    {variables.map((name) => (
                      <code key={name}>{`{{ ${name} }}`}</code>
                    ))}
                  </p>
                </div>
              )}
            </>
          )}
        </div>
      </Card>
    </>
  );
}

function MessageKind({ chosen, onChange }: Omit<FieldsProps, "variables">) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const kinds = (["note", "reply"] as const).filter((kind) =>
    permissions.includes(`ticket:${kind}`),
  );
  return (
    <SelectField
      name="message"
      label={t("bulkRuns.message")}
      data={[
        { value: "", label: t("bulkRuns.none") },
        ...kinds.map((kind) => ({ value: kind, label: t(`bulkRuns.${kind}`) })),
      ]}
      value={chosen.message}
      onChange={(event) => onChange({ message: event.currentTarget.value as Chosen["message"] })}
    />
  );
}

const priorities = ["urgent", "high", "normal", "low"] as const;
const types = ["question", "incident", "problem", "task"] as const;

/** The properties that whoever looks may set, each with its values. */
function useChoices() {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const statuses = useStatuses();
  const resolutions = useResolutions();
  const teams = useTeams();
  const staff = useStaff();
  const templates = useTemplates();
  const named = (one: { id: number; name: string }) => ({ value: String(one.id), label: one.name });
  const choices = [
    {
      name: "status",
      needs: "ticket:status",
      data: statuses.map(({ key, name }) => ({ value: key, label: name })),
    },
    {
      name: "resolution",
      needs: "ticket:status",
      data: resolutions
        .filter(({ active }) => active)
        .map(({ key, name }) => ({ value: key, label: name })),
    },
    {
      name: "priority",
      needs: "ticket:priority",
      data: priorities.map((one) => ({ value: one, label: t(`priority.name.${one}`) })),
    },
    {
      name: "type",
      needs: "ticket:edit",
      data: types.map((one) => ({ value: one, label: t(`type.${one}`) })),
    },
    { name: "team", needs: "ticket:move", data: teams.map(named) },
    {
      name: "assignee",
      needs: "ticket:assign",
      data: [{ value: NOBODY, label: t("bulkRuns.nobody") }, ...staff.map(named)],
    },
    { name: "checklist", needs: "ticket:edit", data: templates.map(named) },
  ] as const;
  return choices.filter(({ needs }) => permissions.includes(needs));
}
