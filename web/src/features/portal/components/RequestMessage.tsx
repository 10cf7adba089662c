import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type FoldedPart, partsOf } from "@/lib/quotedText";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { FormattedBody } from "@/ui/FormattedBody";
import { Icon } from "@/ui/Icon";
import { Omitted } from "@/ui/Omitted";
import { PlainText } from "@/ui/PlainText";
import { TimeStamp } from "@/ui/RelativeTime";
import type { PortalMessage } from "../api";
import { RequestFiles } from "./RequestFiles";
import classes from "./RequestMessage.module.css";

/** One message as its requester sees it: their own plain, the staff's raised. */
export function RequestMessage({ message }: { message: PortalMessage }) {
  const { t } = useTranslation();
  const name = message.you ? t("request.you") : message.author_name;
  return (
    <article className={`${classes.message} ${message.from_staff ? classes.staff : ""}`}>
      <Avatar id={message.author_name} name={message.author_name} size="m" />
      <div className={classes.body}>
        <header className={classes.head}>
          <bdi className={`${classes.name} cut`}>{name}</bdi>
          {message.from_staff && <span className={classes.via}>{t("request.staff")}</span>}
          {message.claimed && (
            <span className={classes.via} title={t("request.claimedWhy")}>
              {t("request.claimed")}
            </span>
          )}
          <TimeStamp at={message.created_at} className={classes.time} />
        </header>
        <Body message={message} name={name} />
        <Omitted omitted={message.omitted} />
        {partsOf(message.quoted, message.quoted_parts).map((part) => (
          <Quoted key={part.from} part={part} />
        ))}
        <RequestFiles files={message.attachments.filter((file) => !file.inline)} />
      </div>
    </article>
  );
}

function Body({ message, name }: { message: PortalMessage; name: string }) {
  const { t } = useTranslation();
  const [imagesShown, setImagesShown] = useState(false);
  if (!message.html) return <PlainText text={message.text} className={classes.text} />;
  return (
    <>
      {message.html.includes("data-remote-src") && !imagesShown && (
        <p className={classes.blocked}>
          <Icon name="image" />
          <span className="grow">{t("request.imagesBlocked")}</span>
          <Button size="s" onClick={() => setImagesShown(true)}>
            {t("request.showImages")}
          </Button>
        </p>
      )}
      <FormattedBody
        html={message.html}
        text={message.text}
        className={classes.text}
        withRemoteImages={imagesShown}
        title={t("request.messageFrom", { name })}
      />
    </>
  );
}

function Quoted({ part }: { part: FoldedPart }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <>
      <Button
        size="s"
        look="line"
        icon="dots"
        className={classes.quote}
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        {t(`request.folded.${part.kind}`, { count: part.lines })}
      </Button>
      {shown && <PlainText text={part.text} className={classes.quotedText} />}
    </>
  );
}
