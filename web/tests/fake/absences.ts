import type { components } from "@/api/generated/schema";
import { me, staff } from "./people";

type Schemas = components["schemas"];
type Route = [method: string, path: RegExp, handler: () => unknown];

const deputy = staff.find((person) => person.id !== me.person.id) ?? staff[0];

const signature: Schemas["SignatureItem"] = {
  id: 1,
  person_id: me.person.id,
  person_name: me.person.name,
  mailbox_id: null,
  team_id: 1,
  language: "de",
  text: "Grüße\n{{ agent.name }}",
  html: null,
  version: 1,
  can_edit: true,
};

export const absence: Schemas["AbsenceItem"] = {
  id: 1,
  person: { id: me.person.id, name: me.person.name },
  deputy: deputy ? { id: deputy.id, name: deputy.name } : null,
  starts_at: "2026-11-20T08:00:00Z",
  ends_at: "2026-12-20T08:00:00Z",
  note: "By the sea",
  open_tickets: "deputy",
  is_now: true,
  started_at: "2026-11-20T08:00:30Z",
  version: 1,
  can_edit: true,
};

/** Signatures and absences, as the API would tell them; below replies stands none. */
export const absenceRoutes: Route[] = [
  [
    "GET",
    /^signatures$/,
    () => ({ items: [signature], next_cursor: null, variables: ["agent.name", "team.name"] }),
  ],
  ["POST", /^signatures$/, () => signature],
  ["PATCH", /^signatures\/\d+$/, () => signature],
  ["DELETE", /^signatures\/\d+$/, () => undefined],
  [
    "POST",
    /^signatures\/preview$/,
    () => ({ signature: { text: `Grüße\n${me.person.name}`, html: null } }),
  ],
  ["GET", /^tickets\/\d+\/signature$/, () => ({ signature: null, state: "none" })],
  ["GET", /^absences$/, () => ({ items: [absence], next_cursor: null })],
  ["POST", /^absences$/, () => absence],
  ["PATCH", /^absences\/\d+$/, () => absence],
  ["DELETE", /^absences\/\d+$/, () => undefined],
];
