import { queryOptions } from "@tanstack/react-query";
import { client, read } from "./client";
import type { components } from "./generated/schema";

type Schemas = components["schemas"];
export type CustomField = Schemas["CustomField"];
export type FieldOption = Schemas["Option"];
export type FieldEntity = CustomField["entity"];
export type FieldKind = CustomField["kind"];
export type PortalField = Schemas["PortalField"];
/** What a field needs to be shown and filled in, also in the portal. */
export type InputField = Pick<
  CustomField,
  "key" | "name" | "kind" | "help" | "options" | "pattern" | "currency"
>;
export type FieldValues = Record<string, unknown>;

export const customFieldsKey = ["custom-fields"] as const;

/** Every custom field in order, those out of use among them. */
export const customFieldsQuery = queryOptions({
  queryKey: customFieldsKey,
  queryFn: async () => (await read(client.GET("/api/v1/custom-fields"))).items,
  staleTime: 5 * 60_000,
});

/** The fields in use of one kind of record. */
export function fieldsOf(fields: readonly CustomField[] | undefined, entity: FieldEntity) {
  return (fields ?? []).filter((field) => field.active && field.entity === entity);
}

/** Whether tickets of a team and type have a field. */
export function isFor(field: CustomField, team_id: number | undefined, type: string): boolean {
  const ofTeam = field.team_ids.length === 0 || !team_id || field.team_ids.includes(team_id);
  return ofTeam && (field.ticket_types.length === 0 || field.ticket_types.includes(type));
}
