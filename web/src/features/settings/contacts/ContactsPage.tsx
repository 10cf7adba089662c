import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Avatar } from "@/ui/Avatar";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { type Contact, contactPagesQuery } from "../api";
import { ContactDialog } from "./ContactDialog";

const PERMISSION = "contact:edit";

/** The people who ask for help. */
export function ContactsPage() {
  const { t } = useTranslation();
  const { q, opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = usePages(contactPagesQuery(q));
  const edited = answer.data?.find((contact) => String(contact.id) === opened);
  const reload = async () => {
    const { data } = await answer.refetch();
    return data?.pages.flatMap((page) => page.items).find((one) => one.id === edited?.id);
  };
  return (
    <Page
      section="contacts"
      permission={PERMISSION}
      searchable
      add={{ label: t("contacts.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        searched={q !== ""}
        empty={<EmptyState icon="at" title={t("contacts.empty")} hint={t("contacts.emptyHint")} />}
        row={(contact) => (
          <ContactRow key={contact.id} contact={contact} onOpen={() => open(contact.id)} />
        )}
      />
      {opened === "new" && !locked && <ContactDialog locked={false} onClose={close} />}
      {edited && (
        <ContactDialog
          key={edited.id}
          contact={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function ContactRow({ contact, onOpen }: { contact: Contact; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <Row
      sign={<Avatar id={contact.id} name={contact.name} size="m" />}
      name={contact.name}
      hint={
        <>
          <bdi>{contact.emails.join(", ")}</bdi>
          {contact.organization && <bdi>{contact.organization.name}</bdi>}
        </>
      }
      end={
        <Link to="/desk/tickets" search={{ view: "all", requester: String(contact.id) }}>
          {t("contacts.tickets", { count: contact.ticket_count })}
        </Link>
      }
      onOpen={onOpen}
    />
  );
}
