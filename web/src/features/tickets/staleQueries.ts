import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { directoryKeys, tagsQuery } from "@/api/directory";
import { macroKeys } from "@/api/macros";
import policy from "@/lib/livePolicy.json";
import type { LiveChange } from "@/lib/liveSocket";
import { ticketKeys, ticketLinksQuery } from "./api";
import type { TicketNews } from "./news";
import { viewQueryKeys } from "./views/api";

const countFields = new Set(policy.countFields);
/** These show in the notice of tickets that may be the same; a link itself is told without fields. */
const linkFields = new Set(["links", "messages", "ticket"]);
/** What a conversation with others shows: its messages and how far their mail has come. */
const conversationFields = new Set(["conversations", "messages", "mail"]);
/** What earlier parts of a thread show. */
const messageFields = new Set(["messages", "attachments", "mail"]);
/** Commands of these may rename what rows show, or alter which teams somebody sees. */
const renaming = new Set([
  "change",
  "contact",
  "organization",
  "person",
  "resolution",
  "role",
  "status",
  "team",
  "workspace",
]);
const renamed = new Set(["organizations", "people", "resolutions", "roles", "statuses", "teams"]);

/** What a change made old beside the rows that it brought: lists, counts, and tags not known yet. */
export function staleTickets(change: LiveChange, queryClient: QueryClient): QueryKey[] {
  const keys: QueryKey[] = [];
  if (isNewTag(change, queryClient)) keys.push(directoryKeys.tags);
  if (altersCounts(change)) keys.push(ticketKeys.counts);
  // A view may ask for anything, also for what no row shows.
  if (change.ticket !== null || altersEveryList(change)) {
    keys.push(viewQueryKeys.counts, ticketKeys.groups);
  }
  if (change.fields.includes("views")) {
    keys.push(viewQueryKeys.list, viewQueryKeys.counts, ["views", "explained"], ticketKeys.lists);
    keys.push(ticketKeys.groups);
  }
  if (change.ticket !== null && change.fields.some((field) => conversationFields.has(field)))
    keys.push(["conversations", change.ticket]);
  if (change.fields.includes("macros")) keys.push(macroKeys.all);
  // A merge takes time along: it is told as a change of both tickets' time.
  if (change.fields.includes("time")) keys.push(["time"]);
  if (change.fields.includes("checklists")) keys.push(["checklists"]);
  if (change.fields.includes("reminders")) keys.push(["reminders"]);
  if (change.fields.includes("checklist_templates")) keys.push(["checklist-templates"]);
  if (change.fields.includes("time_activities")) keys.push(["time-activities"], ["time"]);
  // An open ticket and its history hold the same names as the lists.
  if (altersEveryList(change)) keys.push(ticketKeys.lists, ["ticket"], ["ticket-history"]);
  return keys;
}

function isNewTag(change: LiveChange, queryClient: QueryClient): boolean {
  if (!change.fields.includes("tags")) return false;
  const known: readonly string[] = queryClient.getQueryData(tagsQuery.queryKey) ?? [];
  return !change.row?.tags.every((tag) => known.includes(tag));
}

/** Whether a change can alter how many tickets a view or team holds. */
function altersCounts(change: LiveChange): boolean {
  if (change.ticket === null) return altersEveryList(change);
  return change.fields.some((field) => countFields.has(field));
}

/** Whether a change of no ticket can alter any list: a name that rows show, or what one may see. */
function altersEveryList(change: LiveChange): boolean {
  const [noun = "", verb] = change.command.split(".");
  if (change.ticket !== null || verb === "add") return false;
  return renaming.has(noun) && change.fields.some((field) => renamed.has(field));
}

/** The cached queries of one ticket that its news concern. */
export function queriesOf(queryClient: QueryClient, { number, fields }: TicketNews): Query[] {
  const keys: (readonly unknown[])[] = [ticketKeys.ticket(number)];
  const isMailAlone = fields.size === 1 && fields.has("mail");
  if (!isMailAlone) keys.push(ticketKeys.history(number));
  if (fields.size === 0 || [...fields].some((field) => linkFields.has(field))) {
    keys.push(ticketLinksQuery(number).queryKey);
  }
  const cache = queryClient.getQueryCache();
  const exactly = keys.flatMap((queryKey) => cache.findAll({ queryKey, exact: true }));
  if (fields.size > 0 && ![...fields].some((field) => messageFields.has(field))) return exactly;
  const within = [ticketKeys.parts(number), ticketKeys.matches(number)];
  return [...exactly, ...within.flatMap((queryKey) => cache.findAll({ queryKey }))];
}
