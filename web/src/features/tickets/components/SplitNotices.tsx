import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/generated/schema";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { ticketLinksQuery } from "../api";
import { splitQuery, useUnsplit } from "../splits";
import notice from "./PossibleDuplicates.module.css";
import { SeparateDialog } from "./SeparateDialog";

type Relation = components["schemas"]["Relation"];

/** Says where messages of this ticket went, and where this ticket came from. */
export function SplitNotices({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { related = [] } = useQuery(ticketLinksQuery(ticket.number)).data ?? {};
  const origin = related.find((one) => one.kind === "split_from");
  const parts = related.filter((one) => one.kind === "split_into");
  return (
    <>
      {origin && <OriginNotice ticket={ticket} origin={origin} />}
      {parts.length > 0 && (
        <p className={`${notice.notice} screen-only`}>
          <Icon name="sort" />
          <span className="grow">
            {t("split.into")}{" "}
            {parts.map((one) => (
              <TicketLink key={one.id} to={one} />
            ))}
          </span>
        </p>
      )}
    </>
  );
}

/** Brings messages back to where they were split from; what came since is asked for. */
function OriginNotice({ ticket, origin }: { ticket: Ticket; origin: Relation }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const split = useQuery(splitQuery(ticket.number));
  const unsplit = useUnsplit(ticket.number, origin.number);
  const later = split.data?.later ?? [];
  // Asked anew: a message that came this minute must not stay behind unasked.
  const bringBack = async () => {
    const { data } = await split.refetch();
    if (!data) return;
    if (data.later.length > 0) setAsked(true);
    else unsplit.mutate([]);
  };
  return (
    <p className={`${notice.notice} screen-only`} role="status">
      <Icon name="sort" />
      <span className="grow">
        {t("split.from")} <TicketLink to={origin} />
      </span>
      {ticket.can.merge && ticket.merged_into === null && split.data && (
        <Button size="s" busy={unsplit.isPending} onClick={() => void bringBack()}>
          {t("split.back")}
        </Button>
      )}
      {asked && (
        <SeparateDialog
          title={t("split.backTitle", { number: String(origin.number) })}
          what={t("split.later", { number: String(origin.number) })}
          confirm={t("split.back")}
          later={later}
          onClose={() => setAsked(false)}
          onConfirm={(ids) => {
            setAsked(false);
            unsplit.mutate(ids);
          }}
        />
      )}
    </p>
  );
}

function TicketLink({ to }: { to: Relation }) {
  return (
    <Link to="/desk/tickets/$number" params={{ number: to.number }} search={{}}>
      #{to.number} <bdi>{to.subject}</bdi>{" "}
    </Link>
  );
}
