import "@/app/pageTexts";
import "../messageTexts";
import { Menu } from "@mantine/core";
import { lazy, Suspense, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem, Ticket } from "@/api/types";
import { copyText } from "@/lib/clipboard";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { ForwardMessage } from "../conversations/outside";
import { chooseDirection, type Direction, useMessageDirection } from "../messageDirection";
import { MessageSelection } from "../messageSelection";
import { countOf, everybodyOn, type People } from "../recipients";
import { markedIn } from "../redact/redact";
import classes from "./Message.module.css";

const NoteDialog = lazy(() => import("./NoteDialog"));
const RedactDialog = lazy(() => import("../redact/RedactDialog"));

type MenuProps = {
  message: MessageItem;
  ticket: Ticket;
  /** null: the requester alone. */
  onReply: (people: People | null) => void;
};

/** What can be done with one message: answer its author or everybody, and get the original. */
export function MessageMenu({ message, ticket, onReply }: MenuProps) {
  const { t } = useTranslation();
  const author = message.kind === "reply" && ticket.can.reply ? message.author_email : null;
  const everybody = everybodyOn(ticket);
  const splits = ticket.can.merge && ticket.merged_into === null && ticket.message_count > 1;
  const selection = useContext(MessageSelection);
  const [noteOpened, setNoteOpened] = useState(false);
  // What was marked in the message when its menu opened: the focus moves, and with it the mark.
  const [marked, setMarked] = useState("");
  const [redacting, setRedacting] = useState(false);
  const onForward = useContext(ForwardMessage);
  const forwards = message.kind === "reply" && ticket.can.reply && ticket.merged_into === null;
  const name = message.author.name;
  return (
    <>
      <Menu position="bottom-end" width={240} onOpen={() => setMarked(markedIn(message.id))}>
        <Menu.Target>
          <IconButton icon="dots" size="s" label={t("ticket.more")} className={classes.menu} />
        </Menu.Target>
        <Menu.Dropdown>
          {author && (
            <Menu.Item
              leftSection={<Icon name="reply" />}
              onClick={() => onReply({ to: [{ name, address: author }], cc: [], bcc: [] })}
            >
              {t("recipients.replyTo", { name })}
            </Menu.Item>
          )}
          {author && everybody.cc.length > 0 && (
            <Menu.Item leftSection={<Icon name="users" />} onClick={() => onReply(everybody)}>
              {t("recipients.all", { count: countOf(everybody) })}
            </Menu.Item>
          )}
          {forwards && onForward && (
            <Menu.Item leftSection={<Icon name="go" />} onClick={() => onForward(message)}>
              {t("forwardCommand")}
            </Menu.Item>
          )}
          {splits && (
            <Menu.Item
              leftSection={<Icon name="sort" />}
              onClick={() => selection.begin([message.id])}
            >
              {t("split.fromHere")}
            </Menu.Item>
          )}
          <OwnItems message={message} ticket={ticket} onNote={() => setNoteOpened(true)} />
          {message.raw_url && (
            <Menu.Item
              component="a"
              href={message.raw_url}
              download
              leftSection={<Icon name="download" />}
            >
              {t("ticket.original")}
            </Menu.Item>
          )}
          <DirectionItems message={message} />
          {ticket.can.redact && (
            <Menu.Item leftSection={<Icon name="minus" />} onClick={() => setRedacting(true)}>
              {t("messageMenu.redact")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {noteOpened && (
        <Suspense>
          <NoteDialog message={message} onClose={() => setNoteOpened(false)} />
        </Suspense>
      )}
      {redacting && (
        <Suspense>
          <RedactDialog
            ticket={ticket}
            message={message}
            marked={marked}
            onClose={() => setRedacting(false)}
          />
        </Suspense>
      )}
    </>
  );
}

type OwnItemsProps = Pick<MenuProps, "message" | "ticket"> & { onNote: () => void };

/** Its link, its files, and what a note said. */
function OwnItems({ message, ticket, onNote }: OwnItemsProps) {
  const { t } = useTranslation();
  const copyLink = async () => {
    await copyText(`${location.origin}/desk/tickets/${ticket.number}#message-${message.id}`);
    toast.show({ message: t("messageMenu.linkCopied") });
  };
  return (
    <>
      <Menu.Item leftSection={<Icon name="link" />} onClick={() => void copyLink()}>
        {t("messageMenu.copyLink")}
      </Menu.Item>
      {message.kind === "note" && !message.conversation_id && (
        <Menu.Item leftSection={<Icon name="pen" />} onClick={onNote}>
          {t(message.edited_at ? "messageMenu.versions" : "messageMenu.editNote")}
        </Menu.Item>
      )}
      {message.attachments.length > 1 && (
        <Menu.Item
          component="a"
          href={`/api/v1/messages/${message.id}/attachments.zip`}
          download
          leftSection={<Icon name="download" />}
        >
          {t("messageMenu.files")}
        </Menu.Item>
      )}
    </>
  );
}

/** In which direction this reader reads it: as its text begins, or always one way. */
function DirectionItems({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  const chosen = useMessageDirection(message.id) ?? "auto";
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("messageMenu.direction.label")}</Menu.Label>
      <Menu.RadioGroup
        value={chosen}
        onChange={(key) => chooseDirection(message.id, key === "auto" ? null : (key as Direction))}
      >
        {(["auto", "ltr", "rtl"] as const).map((key) => (
          <Menu.RadioItem key={key} value={key} closeMenuOnClick>
            {t(`messageMenu.direction.${key}`)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
    </>
  );
}
