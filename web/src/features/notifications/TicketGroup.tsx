import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon } from "@/ui/TicketIcons";
import { type NotificationItem, type NotifiedTicket, type Reason, useMark, useMute } from "./api";
import classes from "./InboxScreen.module.css";
import { WhyButton } from "./WhyButton";

const icons: Record<Reason, IconName> = {
  mentioned: "at",
  assigned: "user",
  reminder: "clock",
  checklist: "checks",
  replied: "reply",
  team: "users",
  unassigned: "inbox",
  followed: "bell",
};

/** What is told of these is what was said; of others what was done, whatever was said besides. */
const saying = new Set<Reason>(["reminder", "checklist", "mentioned", "replied", "followed"]);

/** What nobody did: its moment has come. */
const isOwn = new Set<Reason>(["reminder", "checklist"]);

type GroupProps = { ticket: NotifiedTicket; current: boolean };

/** A ticket with what the reader was told of it; the keys act on the current one. */
export function TicketGroup({ ticket, current }: GroupProps) {
  const { t } = useTranslation();
  const mark = useMark();
  const mute = useMute();
  const { number, subject, status, unread, muted } = ticket;
  const group = useRef<HTMLElement>(null);
  useEffect(() => {
    if (current) group.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const isUnread = unread > 0;
  return (
    <article
      ref={group}
      className={classes.group}
      data-unread={isUnread || undefined}
      data-current={current || undefined}
      aria-label={`#${number} ${subject}`}
    >
      <header className={classes.head}>
        <StatusIcon category={status.category} label={status.name} color={status.color} />
        <Link
          to="/desk/tickets/$number"
          params={{ number }}
          search={{}}
          className={`${classes.subject} cut`}
        >
          <bdi>{subject}</bdi> <span className={classes.number}>#{number}</span>
        </Link>
        <span className="grow" />
        {muted && (
          <Button size="s" icon="bell" onClick={() => mute.mutate({ number, muted: false })}>
            {t("notified.unmute")}
          </Button>
        )}
        <Button
          size="s"
          onClick={() => mark.mutate({ marks: { tickets: [number] }, read: isUnread })}
        >
          {t(isUnread ? "notified.read" : "notified.markUnread")}
        </Button>
      </header>
      <ul>
        {ticket.items.map((item) => (
          <Line key={item.id} item={item} number={number} muted={muted} />
        ))}
      </ul>
    </article>
  );
}

type LineProps = { item: NotificationItem; number: number; muted: boolean };

function Line({ item, number, muted }: LineProps) {
  const { t } = useTranslation();
  const { reason, actor, read, message_kind: kind } = item;
  const excerpt = saying.has(reason) ? item.excerpt : null;
  return (
    <li
      className={classes.line}
      data-unread={!read || undefined}
      data-note={kind === "note" || undefined}
    >
      <span className={classes.gutter}>
        {!read && <span className={classes.dot} role="img" aria-label={t("notified.isUnread")} />}
      </span>
      <Icon name={icons[reason]} />
      <span className={classes.why}>{t(`notified.reason.${reason}`)}</span>
      <span className={`${classes.words} cut`}>
        <b>
          <bdi>
            {actor?.name ??
              t(excerpt && isOwn.has(reason) ? "notified.isDue" : "notified.somebody")}
          </bdi>
        </b>{" "}
        {excerpt ? <bdi>“{excerpt}”</bdi> : t(`notified.did.${reason}`)}
      </span>
      <WhyButton item={item} number={number} muted={muted} />
      <RelativeTime at={item.created_at} className={classes.time} />
    </li>
  );
}
