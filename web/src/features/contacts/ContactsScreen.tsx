import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Avatar } from "@/ui/Avatar";
import { ListState } from "@/ui/ListState";
import { EmptyState } from "@/ui/States";
import { VipMark } from "@/ui/VipMark";
import { type Contact, contactsQuery } from "./api";
import { LinkRow } from "./components/LinkRow";
import { ListFrame } from "./components/ListFrame";

const route = getRouteApi("/desk/contacts");

/** Everybody who ever asked, by name. */
export function ContactsScreen() {
  const { q = "" } = route.useSearch();
  return (
    <ListFrame at="/desk/contacts" q={q}>
      <Contacts q={q} />
    </ListFrame>
  );
}

function Contacts({ q }: { q: string }) {
  const { t } = useTranslation();
  const answer = usePages(contactsQuery(q));
  return (
    <ListState
      answer={answer}
      searched={q !== ""}
      empty={
        <EmptyState
          icon="users"
          title={t("contactPage.noContacts")}
          hint={t("contactPage.empty")}
        />
      }
      row={(contact) => <ContactRow key={contact.id} contact={contact} />}
    />
  );
}

function ContactRow({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <LinkRow
      sign={<Avatar id={contact.id} name={contact.name} size="m" />}
      hint={[contact.emails[0], contact.organization?.name].filter((one) => one !== undefined)}
      end={t("contactPage.counted", { count: contact.ticket_count })}
    >
      <Link
        to="/desk/contacts/$contactId"
        params={{ contactId: String(contact.id) }}
        search={{}}
        className="cut"
      >
        <bdi>{contact.name}</bdi>
      </Link>
      {contact.vip && <VipMark />}
    </LinkRow>
  );
}
