import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { customFieldsQuery, fieldsOf, isFor } from "@/api/customFields";
import { useStaff, useTags, useTeams } from "@/api/directory";
import { mailboxesQuery } from "@/api/mailboxes";
import { useMe } from "@/api/session";
import type { Priority } from "@/api/types";
import { FieldInput } from "@/ui/customFields/FieldInput";
import { SelectField, TextField } from "@/ui/Form";
import type { Outbound } from "./api";
import classes from "./Outbound.module.css";

type FactsProps = { form: Outbound; change: (part: Partial<Outbound>) => void };

const priorities = ["urgent", "high", "normal", "low"] as const;
const TAGS = "outbound-tags";

/** What all the tickets have in common: who sends, who has them, and what they are. */
export function OutboundFacts({ form, change }: FactsProps) {
  const { t } = useTranslation();
  const mayAssign = useMe().permissions.includes("ticket:assign");
  const mayRead = useMayRead()("mailSettings");
  const mailboxes = useQuery({ ...mailboxesQuery, enabled: mayRead }).data ?? [];
  const named = (one: { id: number; name: string }) => ({ value: String(one.id), label: one.name });
  const usual = { value: "", label: t("outbound.usual") };
  const tags = useTags();
  const teams = useTeams().map(named);
  const staff = useStaff().map(named);
  const team = form.team === "" ? undefined : Number(form.team);
  const fields = fieldsOf(useQuery(customFieldsQuery).data, "ticket").filter((field) =>
    isFor(field, team, "question"),
  );
  const active = mailboxes.filter((one) => one.active);
  return (
    <div className={classes.pairs}>
      {active.length > 1 && (
        <SelectField
          name="mailbox_id"
          label={t("outbound.from")}
          data={[usual, ...active.map(named)]}
          value={form.mailbox}
          onChange={(event) => change({ mailbox: event.currentTarget.value })}
        />
      )}
      <SelectField
        name="team_id"
        label={t("outbound.team")}
        data={[usual, ...teams]}
        value={form.team}
        onChange={(event) => change({ team: event.currentTarget.value })}
      />
      {mayAssign && (
        <SelectField
          name="assignee_id"
          label={t("outbound.assignee")}
          data={[{ value: "", label: t("outbound.nobody") }, ...staff]}
          value={form.assignee}
          onChange={(event) => change({ assignee: event.currentTarget.value })}
        />
      )}
      <SelectField
        name="priority"
        label={t("outbound.priority")}
        data={priorities.map((one) => ({ value: one, label: t(`priority.name.${one}`) }))}
        value={form.priority}
        onChange={(event) => change({ priority: event.currentTarget.value as Priority })}
      />
      <TextField
        name="tags"
        label={t("outbound.tags")}
        description={t("outbound.tagsHint")}
        list={TAGS}
        value={form.tags}
        onChange={(event) => change({ tags: event.currentTarget.value })}
      />
      <datalist id={TAGS}>
        {tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      {fields.map((field) => (
        <FieldInput
          key={field.key}
          field={field}
          value={form.fields[field.key] ?? field.default ?? null}
          required={field.required_on.includes("open")}
          onChange={(value) => change({ fields: { ...form.fields, [field.key]: value } })}
        />
      ))}
    </div>
  );
}
