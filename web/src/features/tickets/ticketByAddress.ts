import { type CustomField, isFor } from "@/api/customFields";
import type { OfferedField, OfferedForm } from "@/api/forms";
import { defaultsOf } from "@/ui/forms/evaluation";
import { prefillOf } from "@/ui/forms/prefill";
import { emptyTicket, type FirstMessage, type NewTicket } from "./newTicket";
import { priorities } from "./options";

/** What the desk knows of what an address may name. */
export type Known = {
  forms: readonly OfferedForm[];
  /** The custom fields of tickets in use. */
  fields: readonly CustomField[];
  teams: readonly { value: string; label: string }[];
};

/** A new ticket as it begins, and the names of what the address says and it does not take. */
export type StartedTicket = { ticket: NewTicket; leftOut: string[] };

/** Names that are no fields: the form's key, and who asks. */
const OTHERS = ["form", "requester", "name"];
const ADDRESS = /^\S+@\S+\.\S+$/;
const LONGEST_ADDRESS = 254;

/** The address of the requester that a query names, null for none. */
export function requesterIn(query: URLSearchParams): string | null {
  const email = query.get("requester")?.trim() ?? "";
  return ADDRESS.test(email) && email.length <= LONGEST_ADDRESS ? email : null;
}

/** What `/desk/tickets/new?form=KEY&field.x=...` begins with; without a form the plain ticket's own fields. */
export function ticketIn(query: URLSearchParams, known: Known, first: FirstMessage): StartedTicket {
  const key = query.get("form");
  const form = known.forms.find((one) => one.key === key) ?? null;
  const { answers, leftOut } = prefillOf(form ?? plainForm(query, known), query, OTHERS);
  if (key && !form) leftOut.unshift("form");
  const email = requesterIn(query);
  if (query.has("requester") && !email) leftOut.unshift("requester");
  const ticket = {
    ...emptyTicket(first),
    requester: email ? { email } : null,
    name: (query.get("name") ?? "").slice(0, 200),
  };
  if (form)
    return { ticket: { ...ticket, form, answers: { ...defaultsOf(form), ...answers } }, leftOut };
  const { subject = "", text = "", priority = "normal", team, ...fields } = answers;
  return {
    ticket: {
      ...ticket,
      subject: String(subject),
      text: String(text),
      priority: priority as NewTicket["priority"],
      team: team === undefined ? undefined : String(team),
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name.slice("field.".length), value]),
      ),
    },
    leftOut,
  };
}

/** The plain ticket as a form, so that an address fills both in by the same rules. */
function plainForm(query: URLSearchParams, { fields, teams }: Known): OfferedForm {
  const team = Number(query.get("team")) || undefined;
  const own = fields.filter((field) => isFor(field, team, "question"));
  return {
    id: 0,
    key: "",
    name: "",
    help: "",
    language: "en",
    languages: ["en"],
    sections: [
      {
        title: "",
        help: "",
        shown_when: null,
        fields: [
          asOffered("subject", { kind: "text" }),
          asOffered("text", { kind: "long_text" }),
          asOffered("priority", { options: priorities.map((one) => asOption(one, one)) }),
          asOffered("team", { options: teams.map((one) => asOption(one.value, one.label)) }),
          ...own.map((field) =>
            asOffered(`field.${field.key}`, { kind: field.kind, options: field.options }),
          ),
        ],
      },
    ],
  };
}

const asOption = (key: string, name: string): OfferedField["options"][number] => ({
  key,
  name,
  color: null,
  parent: null,
  active: true,
});

const asOffered = (field: string, more: Partial<OfferedField>): OfferedField => ({
  field,
  kind: "choice",
  label: "",
  help: "",
  required: false,
  required_when: null,
  shown_when: null,
  narrowings: [],
  options: [],
  default: null,
  pattern: null,
  currency: null,
  ...more,
});
