import "./texts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import type { Ticket } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { shownName } from "../recipients";
import { type Conversation, conversationsQuery } from "./api";
import { ConversationDialog } from "./ConversationDialog";
import classes from "./Conversations.module.css";

type ConversationsProps = { ticket: Ticket; className?: string; onBegin: () => void };

/** The conversations with others about a ticket; one opens with its thread. */
export default function Conversations({ ticket, className, onBegin }: ConversationsProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<number | null>(null);
  const answer = usePages(conversationsQuery(ticket.number));
  const rows = answer.data ?? [];
  const mayWrite = ticket.can.reply && ticket.merged_into === null;
  if (rows.length === 0 && !mayWrite) return null;
  return (
    <section className={className} aria-label={t("conversation.title")}>
      <h2 className={classes.heading}>
        {t("conversation.title")}
        {mayWrite && (
          <IconButton icon="plus" size="s" label={t("conversation.begin")} onClick={onBegin} />
        )}
      </h2>
      {rows.map((row) => (
        <Row key={row.id} row={row} onOpen={() => setOpened(row.id)} />
      ))}
      {answer.hasNextPage && (
        <Button size="s" onClick={() => answer.fetchNextPage()}>
          {t("conversation.older")}
        </Button>
      )}
      {opened !== null && (
        <ConversationDialog
          ticket={ticket}
          conversationId={opened}
          mayWrite={mayWrite}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}

function Row({ row, onOpen }: { row: Conversation; onOpen: () => void }) {
  const { t } = useTranslation();
  const names = row.people.map(shownName).join(", ");
  return (
    <button
      type="button"
      className={classes.row}
      data-unread={row.unread || undefined}
      aria-label={t("conversation.open", { subject: row.subject })}
      onClick={onOpen}
    >
      <span className={classes.line}>
        <Icon name={row.kind === "forward" ? "go" : "users"} size={14} />
        <bdi className="cut">{row.subject}</bdi>
        {row.unread && <span className="vh">{t("conversation.unread")}</span>}
      </span>
      <span className={`${classes.line} ${classes.small}`}>
        <bdi className="cut grow">{names}</bdi>
        {row.kind === "forward" && <span>{t("conversation.forwarded")}</span>}
        {row.closed_at && <span>{t("conversation.closed")}</span>}
        <RelativeTime at={row.last_message_at ?? row.created_at} />
      </span>
    </button>
  );
}
