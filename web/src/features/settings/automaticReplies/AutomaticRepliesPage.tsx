import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { mailboxesQuery } from "@/api/mailboxes";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { AutomaticReplyDialog } from "./AutomaticReplyDialog";
import { automaticRepliesQuery } from "./api";
import "./texts";

const PERMISSION = "settings:mailboxes:edit";

/** Each mailbox with what it answers to new requests by itself. */
export function AutomaticRepliesPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const mailboxes = useQuery(mailboxesQuery);
  const replies = useQuery(automaticRepliesQuery);
  const edited = mailboxes.data?.find((mailbox) => String(mailbox.id) === opened);
  const replyOf = (id?: number) => replies.data?.find((reply) => reply.mailbox_id === id);
  const reload = async () =>
    (await replies.refetch()).data?.find((reply) => reply.mailbox_id === edited?.id);
  const error = mailboxes.error ?? replies.error;
  const hintOf = (id: number) => {
    const reply = replyOf(id);
    if (!reply?.active) return t("automaticReplies.builtIn");
    return reply.texts.map(({ language }) => language).join(", ");
  };
  return (
    <Page section="automatic-replies" permission={PERMISSION}>
      {error && <ErrorState error={error} onRetry={() => void replies.refetch()} />}
      {(mailboxes.isPending || replies.isPending) && <Skeleton rows={3} height={52} />}
      {mailboxes.data?.length === 0 && (
        <EmptyState icon="mail" title={t("automaticReplies.empty")} hint="" />
      )}
      {mailboxes.data && mailboxes.data.length > 0 && replies.data && (
        <Card>
          <ul>
            {mailboxes.data.map((mailbox) => (
              <Row
                key={mailbox.id}
                sign={<Icon name="mail" />}
                name={mailbox.name}
                hint={`${mailbox.address} · ${hintOf(mailbox.id)}`}
                onOpen={() => open(mailbox.id)}
              />
            ))}
          </ul>
        </Card>
      )}
      {edited && replies.data && (
        <AutomaticReplyDialog
          key={edited.id}
          mailbox={edited}
          reply={replyOf(edited.id)}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}
