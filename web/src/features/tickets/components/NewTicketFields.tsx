import { useQuery } from "@tanstack/react-query";
import { customFieldsQuery, fieldsOf, isFor } from "@/api/customFields";
import { FieldInput } from "@/ui/customFields/FieldInput";
import type { NewTicketProps } from "../newTicket";

/** The custom fields of a new ticket, those first that it is not opened without. */
export function NewTicketFields({ ticket, change }: NewTicketProps) {
  const team = ticket.team ? Number(ticket.team) : undefined;
  const fields = fieldsOf(useQuery(customFieldsQuery).data, "ticket").filter((field) =>
    isFor(field, team, "question"),
  );
  const needed = fields.filter((field) => field.required_on.includes("open"));
  const others = fields.filter((field) => !field.required_on.includes("open"));
  return [...needed, ...others].map((field) => (
    <FieldInput
      key={field.key}
      field={field}
      value={ticket.fields[field.key] ?? field.default ?? null}
      required={needed.includes(field)}
      onChange={(value) => change({ fields: { ...ticket.fields, [field.key]: value } })}
    />
  ));
}
