import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SearchResult, TicketRow } from "@/api/types";
import { sizeText } from "@/lib/sizes";
import { Avatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { Marked } from "@/ui/Marked";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon } from "@/ui/TicketIcons";
import classes from "./HitList.module.css";
import {
  type FoundContact,
  type FoundFile,
  type FoundOrganization,
  HitExcerpt,
  momentOf,
  textOf,
} from "./hits";

/** What was found, kind by kind; arrow keys go from one to the next. */
export function HitList({ result, phone }: { result: SearchResult; phone: boolean }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that reach the links within
    <div
      className={classes.list}
      data-phone={phone || undefined}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a")];
        const at = links.indexOf(document.activeElement as HTMLElement);
        links[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
        event.preventDefault();
      }}
    >
      <Group title={t("palette.tickets")} items={result.tickets?.items} Hit={TicketHit} />
      <Group title={t("search.kind.contacts")} items={result.contacts?.items} Hit={ContactHit} />
      <Group
        title={t("palette.organizations")}
        items={result.organizations?.items}
        Hit={OrganizationHit}
      />
      <Group title={t("palette.files")} items={result.attachments?.items} Hit={FileHit} />
    </div>
  );
}

type GroupProps<T> = {
  title: string;
  items: readonly T[] | undefined;
  Hit: (props: { one: T }) => ReactNode;
};

function Group<T extends { id: number } | { number: number }>({
  title,
  items,
  Hit,
}: GroupProps<T>) {
  if (!items?.length) return null;
  return (
    <section aria-label={title}>
      <h2 className={classes.heading}>{title}</h2>
      <ul className={classes.group}>
        {items.map((one) => (
          <li key={"number" in one ? one.number : one.id}>
            <Hit one={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TicketHit({ one }: { one: TicketRow }) {
  return (
    <Link
      to="/desk/tickets/$number"
      params={{ number: one.number }}
      preload={false}
      className={classes.hit}
    >
      <StatusIcon category={one.status.category} color={one.status.color} label={one.status.name} />
      <span className={classes.words}>
        <span className={classes.first}>
          <span className="cut">
            <bdi>{one.match ? <Marked parts={one.match.subject} /> : one.subject}</bdi>
          </span>
          <span className={classes.number}>#{one.number}</span>
        </span>
        <span className={classes.excerpt}>
          <HitExcerpt row={one} />
        </span>
        <span className={classes.meta}>
          <bdi>{one.requester.name}</bdi>
        </span>
      </span>
      <RelativeTime at={momentOf(one)} />
    </Link>
  );
}

function ContactHit({ one }: { one: FoundContact }) {
  return (
    <Link
      to="/desk/contacts/$contactId"
      params={{ contactId: String(one.id) }}
      search={{}}
      className={classes.hit}
    >
      <Avatar id={one.id} name={textOf(one.name)} />
      <span className={classes.words}>
        <span className="cut">
          <bdi>
            <Marked parts={one.name} />
          </bdi>
        </span>
        <span className={classes.meta}>
          {one.emails.map((email) => (
            <bdi key={textOf(email)}>
              <Marked parts={email} />
            </bdi>
          ))}
          {one.phones.map((phone) => (
            <bdi key={textOf(phone)}>
              <Marked parts={phone} />
            </bdi>
          ))}
          {one.organization && <bdi>{one.organization.name}</bdi>}
        </span>
      </span>
    </Link>
  );
}

function OrganizationHit({ one }: { one: FoundOrganization }) {
  return (
    <Link
      to="/desk/organizations/$organizationId"
      params={{ organizationId: String(one.id) }}
      search={{}}
      className={classes.hit}
    >
      <Icon name="home" />
      <span className={classes.words}>
        <span className="cut">
          <bdi>
            <Marked parts={one.name} />
          </bdi>
        </span>
        <span className={classes.meta}>
          {one.domains.map((domain) => (
            <bdi key={textOf(domain)}>
              <Marked parts={domain} />
            </bdi>
          ))}
        </span>
      </span>
    </Link>
  );
}

function FileHit({ one }: { one: FoundFile }) {
  const { t, i18n } = useTranslation();
  return (
    <Link
      to="/desk/tickets/$number"
      params={{ number: one.ticket_number }}
      preload={false}
      className={classes.hit}
    >
      <Icon name="clip" />
      <span className={classes.words}>
        <span className="cut">
          <bdi>
            <Marked parts={one.filename} />
          </bdi>
        </span>
        <span className={classes.meta}>
          <span>{sizeText(one.size, i18n.language)}</span>
          <span>{t("palette.onTicket", { number: String(one.ticket_number) })}</span>
          <span className="cut">
            <bdi>{one.ticket_subject}</bdi>
          </span>
        </span>
      </span>
      <RelativeTime at={one.created_at} />
    </Link>
  );
}
