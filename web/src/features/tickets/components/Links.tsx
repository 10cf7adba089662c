import "../linkTexts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { StatusIcon } from "@/ui/TicketIcons";
import { ticketLinksQuery } from "../api";
import { useBulk } from "../bulk";
import { useResolvedKey } from "../options";
import { linkKinds, type Relation, useUnlink } from "../relations";
import classes from "./Links.module.css";

type LinksProps = { ticket: Ticket; className?: string; onAdd: () => void };

const isDone = ({ category }: Relation) => category === "resolved" || category === "closed";

/** The tickets that this one is linked to, and what is done to them together. */
export default function Links({ ticket, className, onAdd }: LinksProps) {
  const { t } = useTranslation();
  const { related = [] } = useQuery(ticketLinksQuery(ticket.number)).data ?? {};
  const mayEdit = ticket.can.edit && ticket.merged_into === null;
  if (related.length === 0 && !mayEdit) return null;
  return (
    <section className={className} aria-label={t("links.title")}>
      <h2 className={classes.heading}>
        {t("links.title")}
        {mayEdit && <IconButton icon="plus" size="s" label={t("links.command")} onClick={onAdd} />}
      </h2>
      {linkKinds.map((kind) => {
        const links = related.filter((one) => one.kind === kind);
        if (links.length === 0) return null;
        return (
          <div key={kind}>
            <h3 className={classes.kind}>{t(`links.kind.${kind}`, { count: links.length })}</h3>
            {links.map((link) => (
              <LinkRow key={link.id} link={link} number={ticket.number} mayEdit={mayEdit} />
            ))}
            {kind === "child" && <ResolveTogether ticket={ticket} links={links} />}
            {kind === "incident" && <AnswerAll ticket={ticket} incidents={links} />}
          </div>
        );
      })}
    </section>
  );
}

function LinkRow({ link, number, mayEdit }: { link: Relation; number: number; mayEdit: boolean }) {
  const { t } = useTranslation();
  const unlink = useUnlink(number);
  return (
    <div className={classes.row}>
      <Link
        to="/desk/tickets/$number"
        params={{ number: link.number }}
        search={{}}
        className={classes.link}
      >
        <StatusIcon category={link.category} label={link.status} />
        <bdi className="cut" data-whole>
          {link.subject}
        </bdi>
        <span className={classes.number}>#{link.number}</span>
      </Link>
      {mayEdit && (
        <IconButton
          icon="x"
          size="s"
          label={t("links.remove", { number: String(link.number) })}
          disabled={unlink.isPending}
          onClick={() => unlink.mutate(link)}
        />
      )}
    </div>
  );
}

/** Resolves the ticket and those of its children that are open: one change, one undo. */
function ResolveTogether({ ticket, links }: { ticket: Ticket; links: Relation[] }) {
  const { t } = useTranslation();
  const bulk = useBulk();
  const status = useResolvedKey();
  const open = links.filter((child) => !isDone(child));
  if (open.length === 0 || !ticket.can.status) return null;
  return (
    <Button
      size="s"
      icon="checks"
      className={classes.action}
      busy={bulk.isPending}
      onClick={() =>
        bulk.mutate({
          numbers: [ticket.number, ...open.map(({ number }) => number)],
          set: { status },
          done: t("links.resolved", { count: open.length, number: String(ticket.number) }),
        })
      }
    >
      {t("links.resolve", { count: open.length })}
    </Button>
  );
}

/** Leads to one answer for all incidents of a problem, where each mail is shown before it leaves. */
function AnswerAll({ ticket, incidents }: { ticket: Ticket; incidents: Relation[] }) {
  const { t } = useTranslation();
  const open = incidents.filter((one) => !isDone(one));
  return (
    <>
      <p className={classes.quiet}>
        {t("links.progress", {
          count: incidents.length,
          done: String(incidents.length - open.length),
        })}
      </p>
      {ticket.can.reply && open.length > 0 && (
        <Link
          to="/desk/settings/bulk/new"
          search={{ numbers: open.map(({ number }) => number).join(",") }}
          className={classes.answer}
        >
          {t("links.answer", { count: open.length })}
        </Link>
      )}
    </>
  );
}
