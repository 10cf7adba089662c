import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayOpenTickets } from "@/api/access";
import { customFieldsQuery, fieldsOf } from "@/api/customFields";
import { contactsQuery, teamsQuery } from "@/api/directory";
import { offeredFormsQuery } from "@/api/forms";
import { useMe } from "@/api/session";
import { Pane } from "@/ui/Pane";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { useTeamOptions } from "../options";
import { requesterIn, ticketIn } from "../ticketByAddress";
import { NewTicketDialog } from "./NewTicketDialog";

/** New ticket at an address of its own, which may fill fields in; nothing is opened by itself. */
export function NewTicketByAddress() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayOpen = useMayOpenTickets();
  const [query] = useState(() => new URLSearchParams(location.search));
  const { start, error, retry } = useStart(query);
  const close = () => void navigate({ to: "/desk/tickets", search: {}, replace: true });
  return (
    <Pane as="main" label={t("newTicket.title")}>
      {!mayOpen && <EmptyState icon="lock" title={t("newTicket.forbidden")} />}
      {mayOpen && error && <ErrorState error={error} onRetry={retry} />}
      {mayOpen && !error && !start && <Skeleton rows={6} height={40} />}
      {mayOpen && start && <NewTicketDialog start={start} onClose={close} />}
    </Pane>
  );
}

/** What the dialog begins with, once all is known that the address may name. */
function useStart(query: URLSearchParams) {
  const mayReply = useMe().permissions.includes("ticket:reply");
  const forms = useQuery(offeredFormsQuery);
  const fields = useQuery(customFieldsQuery);
  const teams = useQuery(teamsQuery);
  const teamOptions = useTeamOptions();
  const email = requesterIn(query);
  const contacts = useQuery({ ...contactsQuery(email ?? ""), enabled: email !== null });
  const asked = [forms, fields, teams, ...(email ? [contacts] : [])];
  const failed = asked.find((one) => one.error);
  const retry = () => void failed?.refetch();
  if (failed) return { error: failed.error, retry };
  if (asked.some((one) => !one.data)) return { retry };
  const known = {
    forms: forms.data ?? [],
    fields: fieldsOf(fields.data, "ticket"),
    teams: teamOptions,
  };
  const start = ticketIn(query, known, mayReply ? "send" : "note");
  // Somebody who is known keeps their own name.
  const contact = contacts.data?.find((one) => one.emails.includes(email?.toLowerCase() ?? ""));
  if (contact && email) {
    start.ticket.requester = { id: String(contact.id), name: contact.name, email };
  }
  return { start, retry };
}
