import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem, Ticket } from "@/api/types";
import { type FoldedPart, partsOf, signaturePart } from "@/lib/quotedText";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { FormattedBody } from "@/ui/FormattedBody";
import { Icon } from "@/ui/Icon";
import { Omitted } from "@/ui/Omitted";
import { PlainText } from "@/ui/PlainText";
import { TimeStamp } from "@/ui/RelativeTime";
import { useMessageDirection } from "../messageDirection";
import { MessageSelection } from "../messageSelection";
import { MailNotice } from "../outgoing/MailNotice";
import type { People } from "../recipients";
import { Attachments } from "./Attachments";
import { AuthorCheck, AuthorName } from "./AuthorCheck";
import { ChooseMessage } from "./ChooseMessage";
import { MailState } from "./MailState";
import classes from "./Message.module.css";
import { MessageExtras } from "./MessageExtras";
import { MessageMenu } from "./MessageMenu";
import { MessagePeople } from "./MessagePeople";
import { Redactions } from "./Redactions";

type MessageProps = {
  message: MessageItem;
  ticket: Ticket;
  onReply: (people: People | null) => void;
};

/** One entry of the thread: the requester plain, an agent raised, a note on gold with a lock. */
export function Message({ message, ticket, onReply }: MessageProps) {
  const { t } = useTranslation();
  const selection = useContext(MessageSelection);
  const ground = message.kind === "note" ? classes.note : message.from_staff ? classes.reply : "";
  return (
    <article className={`${classes.message} ${ground}`} id={`message-${message.id}`}>
      <span className={classes.avatar}>
        {selection.chosen ? (
          <ChooseMessage message={message} />
        ) : (
          <Avatar
            id={message.author.id ?? message.author.name}
            name={message.author.name}
            size="m"
          />
        )}
      </span>
      <div className={classes.body}>
        <header className={classes.head}>
          <bdi className={`${classes.name} cut`}>
            <AuthorName message={message} />
          </bdi>
          <AuthorCheck message={message} />
          {message.kind === "note" ? (
            <span className={classes.lock}>
              <Icon name="lock" size={14} />
              {t(labelOf(message))}
            </span>
          ) : (
            <span className={classes.via}>
              <Via message={message} />
            </span>
          )}
          <span className={classes.end}>
            <MessageMenu message={message} ticket={ticket} onReply={onReply} />
            {message.mail && <MailState mail={message.mail} />}
            {message.edited_at && (
              <span className={classes.time} title={message.edited_at}>
                {t("messageMenu.edited")}
              </span>
            )}
            <TimeStamp at={message.created_at} className={classes.time} />
          </span>
        </header>
        <MessagePeople message={message} />
        <MessageExtras extras={message.extras} />
        <Redactions message={message} />
        <Body message={message} />
        <Omitted omitted={message.extras?.omitted} originalUrl={message.raw_url} />
        {message.signature?.text && <Quoted part={signaturePart(message.signature.text)} />}
        {partsOf(message.quoted, message.quoted_parts).map((part) => (
          <Quoted key={part.from} part={part} />
        ))}
        <Attachments message={message} ticket={ticket} />
        {message.mail && (
          <MailNotice
            message={message}
            mail={message.mail}
            theirZone={ticket.requester.time_zone}
            stopped={ticket.requester.stopped}
          />
        )}
      </div>
    </article>
  );
}

/** What a message that only the staff see is: a note, something forwarded, or what somebody else answered. */
function labelOf(message: MessageItem) {
  if (message.extras?.forwarded?.length) return "ticket.forwardedLabel";
  if (!message.conversation_id) return "ticket.noteLabel";
  return message.from_staff ? "toOthers" : "thirdPerson";
}

/** How it came: "by e-mail"; staff simply replied. */
function Via({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  if (message.from_staff) return t("ticket.replied");
  return t(`ticket.via.${message.channel}`);
}

function Body({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  const [imagesShown, setImagesShown] = useState(false);
  const direction = useMessageDirection(message.id);
  if (!message.html)
    return <PlainText text={message.text} className={classes.text} direction={direction} />;
  return (
    <>
      {message.has_remote_images && !imagesShown && (
        <p className={classes.blocked}>
          <Icon name="image" />
          <span className="grow">{t("ticket.imagesBlocked")}</span>
          <Button size="s" onClick={() => setImagesShown(true)}>
            {t("ticket.showImages")}
          </Button>
        </p>
      )}
      <FormattedBody
        html={message.html}
        text={message.text}
        className={classes.text}
        withRemoteImages={imagesShown}
        direction={direction}
        title={t("ticket.messageFrom", { name: message.author.name })}
      />
    </>
  );
}

/** Text that the desk has seen before or that says nothing new, folded under its name. */
function Quoted({ part }: { part: FoldedPart }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <>
      <button
        type="button"
        className={classes.quote}
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        <Icon name="dots" />
        {t(`ticket.folded.${part.kind}`, { count: part.lines })}
      </button>
      {shown && <PlainText text={part.text} className={classes.quotedText} />}
    </>
  );
}
