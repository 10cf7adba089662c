import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import { type Mailbox, mailboxesQuery } from "@/api/mailboxes";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { TeamSquare } from "@/ui/TicketIcons";
import { MailboxDialog } from "./MailboxDialog";
import { MailLines } from "./MailLines";

const PERMISSION = "settings:mailboxes:edit";

/** The addresses that mail comes in by, and the two lines that carry mail. */
export function MailboxesPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const navigate = useNavigate();
  const show = (id: number) =>
    void navigate({ to: "/desk/settings/mailboxes/$mailboxId", params: { mailboxId: String(id) } });
  const answer = useQuery(mailboxesQuery);
  const edited = answer.data?.find((mailbox) => String(mailbox.id) === opened);
  const reload = async () =>
    (await answer.refetch()).data?.find((mailbox) => mailbox.id === edited?.id);
  return (
    <Page
      section="mailboxes"
      permission={PERMISSION}
      add={{ label: t("mailboxes.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        empty={
          <EmptyState icon="mail" title={t("mailboxes.empty")} hint={t("mailboxes.emptyHint")} />
        }
        row={(mailbox) => (
          <MailboxRow key={mailbox.id} mailbox={mailbox} onOpen={() => show(mailbox.id)} />
        )}
      />
      <MailLines />
      {opened === "new" && !locked && (
        <MailboxDialog locked={false} onAdded={show} onClose={close} />
      )}
      {edited && (
        <MailboxDialog
          key={edited.id}
          mailbox={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function MailboxRow({ mailbox, onOpen }: { mailbox: Mailbox; onOpen: () => void }) {
  const { t } = useTranslation();
  const team = useTeams().find((one) => one.id === mailbox.team_id);
  return (
    <Row
      sign={<Icon name="mail" />}
      name={mailbox.address}
      hint={<bdi>{mailbox.name}</bdi>}
      end={
        <>
          {!mailbox.active && t("settings.inactive")}
          {team && <TeamSquare color={team.color} />}
          <bdi>{team?.name}</bdi>
        </>
      }
      onOpen={onOpen}
      faded={!mailbox.active}
    />
  );
}
