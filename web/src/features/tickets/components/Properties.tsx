import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDirectoryAwaited } from "@/api/directory";
import type { ChangeItem, Ticket } from "@/api/types";
import { undoRefusalText, useUndo } from "@/api/undo";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { Picker } from "@/ui/Picker";
import { TimeStamp } from "@/ui/RelativeTime";
import { StatusIcon, Tag } from "@/ui/TicketIcons";
import { UndoButton } from "@/ui/UndoButton";
import { VipMark } from "@/ui/VipMark";
import type { TicketActions } from "../actions";
import { historyQuery, requesterTicketsQuery } from "../api";
import { sentenceOf } from "../changeText";
import { useTagOptions } from "../options";
import { detailNames, type PropertyName, table } from "../properties";
import type { TicketSearch } from "../search";
import { Participants } from "./Participants";
import classes from "./Properties.module.css";
import { RevokeLinks } from "./RevokeLinks";

/** Not every desk has some, so they come when a ticket is shown. */
const CustomFields = lazy(() => import("./CustomFields"));
const Followers = lazy(() => import("./Followers"));
const Links = lazy(() => import("./Links"));
const Conversations = lazy(() => import("../conversations/Conversations"));
const ChecklistPanel = lazy(() => import("../checklists/ChecklistPanel"));
const TicketReminders = lazy(() => import("../reminders/TicketReminders"));
const TimePanel = lazy(() => import("../time/TimePanel"));

type PropertiesProps = {
  ticket: Ticket;
  actions: TicketActions;
  /** Lies over the thread where there is no room beside it. */
  over: boolean;
  onHide: () => void;
  /** Called when the focus comes into it, and when it leaves it. */
  onUse: (inUse: boolean) => void;
  onLink: () => void;
  onConverse: () => void;
  tagsOpened: boolean;
  onTags: (opened: boolean) => void;
};

/** Who asked, tags, details, history. */
export function Properties(props: PropertiesProps) {
  const { ticket, actions, over, onHide, onUse, onLink, onConverse, tagsOpened, onTags } = props;
  const { t } = useTranslation();
  return (
    <Pane
      as="aside"
      label={t("ticket.properties")}
      className={`${over ? classes.over : ""} screen-only`}
      onFocus={() => onUse(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) onUse(false);
      }}
    >
      <Bar>
        <BarTitle>{t("ticket.properties")}</BarTitle>
        <span className="grow" />
        <IconButton icon="panel" label={t("ticket.hideProperties")} onClick={onHide} />
      </Bar>
      <div className={classes.scroll}>
        <Requester ticket={ticket} />
        <Participants ticket={ticket} />
        <Suspense>
          <Followers ticket={ticket} />
        </Suspense>
        <Tags ticket={ticket} actions={actions} opened={tagsOpened} onOpen={onTags} />
        <Details ticket={ticket} actions={actions} />
        <Suspense>
          <CustomFields ticket={ticket} className={classes.section} />
        </Suspense>
        <Suspense>
          <TicketReminders ticket={ticket} className={classes.section} />
        </Suspense>
        <Suspense>
          <ChecklistPanel ticket={ticket} className={classes.section} />
        </Suspense>
        <Suspense>
          <Links ticket={ticket} className={classes.section} onAdd={onLink} />
        </Suspense>
        <Suspense>
          <Conversations ticket={ticket} className={classes.section} onBegin={onConverse} />
        </Suspense>
        <Suspense>
          <TimePanel ticket={ticket} className={classes.section} />
        </Suspense>
        <History ticket={ticket} />
      </div>
    </Pane>
  );
}

function Section({
  title,
  end,
  children,
}: {
  title: string;
  end?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>
        {title}
        {end}
      </h2>
      {children}
    </section>
  );
}

const SHOWN_TICKETS = 3;

function Requester({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { requester } = ticket;
  const others = useQuery(requesterTicketsQuery(requester.id)).data?.items.filter(
    (row) => row.number !== ticket.number,
  );
  const more = (others?.length ?? 0) - SHOWN_TICKETS;
  return (
    <Section title={t("property.requester")}>
      <div className={classes.person}>
        <Avatar id={requester.id} name={requester.name} size="l" />
        <div className="grow">
          <p className={`${classes.name} cut`}>
            <Link
              to="/desk/contacts/$contactId"
              params={{ contactId: String(requester.id) }}
              search={{}}
              className={classes.page}
            >
              <bdi>{requester.name}</bdi>
            </Link>{" "}
            {requester.vip && <VipMark />}
          </p>
          <p className={`${classes.quiet} cut`} data-whole>
            <bdi>{requester.email}</bdi>
          </p>
          {requester.organization && (
            <p className={`${classes.quiet} cut`}>
              <Link
                to="/desk/organizations/$organizationId"
                params={{ organizationId: String(requester.organization.id) }}
                search={{}}
                className={classes.page}
              >
                <bdi>{requester.organization.name}</bdi>
              </Link>
            </p>
          )}
        </div>
      </div>
      {others?.slice(0, SHOWN_TICKETS).map((row) => (
        <Link
          key={row.number}
          to="/desk/tickets/$number"
          params={{ number: row.number }}
          search={(held) => held as TicketSearch}
          className={classes.mini}
        >
          <StatusIcon
            category={row.status.category}
            color={row.status.color}
            label={row.status.name}
          />
          <bdi className="cut" data-whole>
            {row.subject}
          </bdi>
          <span className={classes.end}>#{row.number}</span>
        </Link>
      ))}
      {more > 0 && (
        <Link
          to="/desk/tickets"
          search={{ view: "all", requester: String(requester.id) }}
          className={`${classes.mini} ${classes.more}`}
        >
          {t("ticket.moreTickets", { count: more })}
        </Link>
      )}
      {ticket.can.edit && <RevokeLinks ticket={ticket} />}
    </Section>
  );
}

type TagsProps = {
  ticket: Ticket;
  actions: TicketActions;
  opened: boolean;
  onOpen: (opened: boolean) => void;
};

function Tags({ ticket, actions, opened, onOpen }: TagsProps) {
  const { t } = useTranslation();
  const options = useTagOptions();
  const awaited = useDirectoryAwaited();
  return (
    <Section title={t("property.tags")}>
      <div className={classes.tags}>
        {ticket.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        {ticket.tags.length === 0 && !ticket.can.tag && (
          <span className={classes.quiet}>{t("ticket.noTags")}</span>
        )}
        {ticket.can.tag && (
          <Picker
            label={t("ticket.addTag")}
            options={options}
            chosen={ticket.tags}
            onPick={(tag) => actions.set("tags", tag)}
            opened={opened}
            onOpenedChange={onOpen}
            multiple
            creatable
            searching={awaited}
            position="bottom-end"
          >
            <IconButton
              icon="plus"
              size="s"
              label={t("ticket.addTag")}
              shortcut="l"
              className={classes.addTag}
              onClick={() => onOpen(!opened)}
            />
          </Picker>
        )}
      </div>
    </Section>
  );
}

/** A ticket that goes on was not resolved for any reason. */
const isShown = (name: (typeof detailNames)[number], { status, resolution }: Ticket) =>
  name !== "resolution" || resolution !== null || ["resolved", "closed"].includes(status.category);

function Details({ ticket, actions }: { ticket: Ticket; actions: TicketActions }) {
  const { t } = useTranslation();
  return (
    <Section title={t("ticket.details")}>
      <dl className={classes.details}>
        {detailNames
          .filter((name) => isShown(name, ticket))
          .map((name) => (
            <Detail key={name} name={name} ticket={ticket} actions={actions} />
          ))}
        {ticket.mailbox && <dt>{t("ticket.mailbox")}</dt>}
        {ticket.mailbox && (
          <dd className="cut" title={ticket.mailbox.address}>
            <bdi>{ticket.mailbox.address}</bdi>
          </dd>
        )}
        <dt>{t("ticket.channel")}</dt>
        <dd>{t(`ticket.channelName.${ticket.channel}`)}</dd>
        <dt>{t("ticket.created")}</dt>
        <dd>
          <TimeStamp at={ticket.created_at} />
        </dd>
        {ticket.first_response_at && <dt>{t("ticket.answered")}</dt>}
        {ticket.first_response_at && (
          <dd>
            <TimeStamp at={ticket.first_response_at} />
          </dd>
        )}
        {ticket.follow_up_of !== null && <dt>{t("ticket.followUpOf")}</dt>}
        {ticket.follow_up_of !== null && (
          <dd>
            <Link to="/desk/tickets/$number" params={{ number: ticket.follow_up_of }} search={{}}>
              #{ticket.follow_up_of}
            </Link>
          </dd>
        )}
      </dl>
    </Section>
  );
}

type DetailProps = { name: PropertyName; ticket: Ticket; actions: TicketActions };

/** A property in a row of its own, with the list of its values. */
function Detail({ name, ticket, actions }: DetailProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const property = table[name];
  const options = property.useOptions?.(ticket) ?? [];
  const label = t(property.label);
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <Picker
          label={label}
          options={options}
          chosen={[property.valueIn(ticket)]}
          onPick={(value) => actions.set(name, value)}
          opened={opened}
          onOpenedChange={setOpened}
          position="bottom-end"
        >
          <button
            type="button"
            className={classes.value}
            disabled={!ticket.can[property.needs]}
            onClick={() => setOpened(!opened)}
          >
            {property.Value && <property.Value ticket={ticket} />}
          </button>
        </Picker>
      </dd>
    </>
  );
}

const SHOWN_CHANGES = 8;

function History({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const history = useInfiniteQuery(historyQuery(ticket.number));
  const [all, setAll] = useState(false);
  const items = history.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = all ? items : items.slice(0, SHOWN_CHANGES);
  const more = items.length > shown.length || (all && history.hasNextPage);
  const showMore = () => {
    if (all) void history.fetchNextPage();
    else setAll(true);
  };
  return (
    <Section title={t("ticket.history")}>
      <ul>
        {shown.map((change) => (
          <HistoryLine key={change.id} change={change} />
        ))}
      </ul>
      {items.length === 0 && !history.isPending && (
        <p className={classes.quiet}>{t("ticket.noHistory")}</p>
      )}
      {more && (
        <Button size="s" className={classes.showMore} onClick={showMore}>
          {t("ticket.moreHistory")}
        </Button>
      )}
    </Section>
  );
}

function HistoryLine({ change }: { change: ChangeItem }) {
  const { t } = useTranslation();
  const { undo } = useUndo();
  const actor = change.actor?.name.split(" ")[0] ?? t("change.system");
  const sentence = `${actor} ${sentenceOf(change, t)}`;
  return (
    <li className={classes.change} data-undone={change.undone || undefined}>
      <span className={classes.sentence}>{sentence}</span>
      <TimeStamp at={change.at} className={classes.time} />
      {!change.undone && (
        <UndoButton
          className={classes.undo}
          label={t("ticket.undoThis", { sentence })}
          refusal={undoRefusalText(change.undo_refusal)}
          onUndo={() => void undo({ changeId: change.id })}
        />
      )}
    </li>
  );
}
