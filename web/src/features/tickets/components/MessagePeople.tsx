import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailAddress, MessageItem } from "@/api/types";
import { recipientLines, shownName } from "../recipients";
import classes from "./MessagePeople.module.css";

const SHOWN = 2;

/** Who a message went to: a line that names a few, and opens to all of them with their addresses. */
export function MessagePeople({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const lines = { to: message.to, cc: message.cc, bcc: message.bcc ?? [] };
  const leftOut = message.extras?.recipients_left_out ?? 0;
  const filled = recipientLines.filter((line) => lines[line].length > 0);
  if (filled.length === 0) return null;
  return (
    <div className={classes.people}>
      <button
        type="button"
        className={classes.summary}
        aria-expanded={open}
        title={t(open ? "recipients.hide" : "recipients.show")}
        onClick={() => setOpen(!open)}
      >
        {filled.map((line) => (
          <span key={line} className={classes.part}>
            <span className={classes.label}>{t(`composer.${line}`)}</span>{" "}
            <Few people={lines[line]} />
          </span>
        ))}
      </button>
      {leftOut > 0 && <p className={classes.left}>{t("recipients.leftOut", { count: leftOut })}</p>}
      {open && (
        <dl className={classes.all}>
          {filled.map((line) => (
            <div key={line} className={classes.group}>
              <dt>{t(`composer.${line}`)}</dt>
              {lines[line].map((one, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a mail may name an address twice
                <dd key={`${place} ${one.address}`}>
                  {one.name && <bdi className={classes.name}>{one.name}</bdi>}
                  <bdi>{one.address}</bdi>
                </dd>
              ))}
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function Few({ people }: { people: MailAddress[] }) {
  const { t } = useTranslation();
  const more = people.length > SHOWN + 1 ? people.length - SHOWN : 0;
  const names = (more > 0 ? people.slice(0, SHOWN) : people).map(shownName).join(", ");
  return <bdi>{more > 0 ? t("recipients.few", { names, count: more }) : names}</bdi>;
}
