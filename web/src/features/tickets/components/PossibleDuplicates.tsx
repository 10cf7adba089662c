import "@/app/pageTexts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { noticeText } from "@/api/notice";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { ticketLinksQuery } from "../api";
import type { Target } from "../merges";
import classes from "./PossibleDuplicates.module.css";

/** More would push the thread away. */
const SHOWN_OFFERS = 2;

type PossibleDuplicatesProps = { ticket: Ticket; onMerge: (into: Target) => void };

/** Tickets that may be the same request, and those that were: mail that seems to answer one, from nobody we can prove. */
export function PossibleDuplicates({ ticket, onMerge }: PossibleDuplicatesProps) {
  const { t } = useTranslation();
  const answer = useQuery(ticketLinksQuery(ticket.number)).data;
  const { items: links = [], merged = [], offered = [] } = answer ?? {};
  const dismiss = useDismiss(ticket.number);
  const isLiving = ticket.merged_into === null;
  const possible = links.map((link) => (
    <Offer
      key={link.id}
      icon="link"
      said={t(link.newer ? "ticket.possibleDuplicateNewer" : "ticket.possibleDuplicate")}
      other={link}
      why={link.reason && noticeText(link.reason_notice, link.reason)}
      onMerge={ticket.can.merge && isLiving ? onMerge : undefined}
      onDismiss={ticket.can.edit ? () => dismiss.mutate(link.id) : undefined}
      busy={dismiss.isPending}
    />
  ));
  return (
    <>
      {possible}
      {isLiving &&
        offered
          .slice(0, SHOWN_OFFERS)
          .map((one) => (
            <Parallel key={one.number} ticket={ticket} offered={one} onMerge={onMerge} />
          ))}
      {merged.length > 0 && (
        <p className={`${classes.notice} screen-only`}>
          <Icon name="link" />
          <span className="grow">
            {t("merge.holds")}{" "}
            {merged.map((one) => (
              <Link
                key={one.number}
                to="/desk/tickets/$number"
                params={{ number: one.number }}
                search={{}}
                title={one.subject}
              >
                #{one.number}{" "}
              </Link>
            ))}
          </span>
        </p>
      )}
    </>
  );
}

type ParallelProps = PossibleDuplicatesProps & { offered: components["schemas"]["OfferedTicket"] };

/** Another ticket of the same requester, until somebody says that it is another matter. */
function Parallel({ ticket, offered, onMerge }: ParallelProps) {
  const { t } = useTranslation();
  const apart = useKeepApart(ticket.number);
  return (
    <Offer
      icon="user"
      said={t(offered.similar ? "split.similar" : "split.parallel")}
      other={offered}
      onMerge={ticket.can.merge ? onMerge : undefined}
      onDismiss={ticket.can.edit ? () => apart.mutate(offered.number) : undefined}
      busy={apart.isPending}
    />
  );
}

type OfferProps = {
  icon: IconName;
  said: string;
  other: Target;
  /** The reason, where there is one. */
  why?: string | null;
  /** Without these the reader may not do so. */
  onMerge?: (other: Target) => void;
  onDismiss?: () => void;
  busy: boolean;
};

/** A ticket that may be the same, to be merged into or dismissed. */
function Offer({ icon, said, other, why, onMerge, onDismiss, busy }: OfferProps) {
  const { t } = useTranslation();
  return (
    <p className={`${classes.notice} screen-only`} role="status">
      <Icon name={icon} />
      <span className="grow">
        {said}{" "}
        <Link to="/desk/tickets/$number" params={{ number: other.number }} search={{}}>
          #{other.number} <bdi>{other.subject}</bdi>
        </Link>
        {why && <span className={classes.why}> {why}</span>}
      </span>
      {onMerge && (
        <Button size="s" onClick={() => onMerge(other)}>
          {t("merge.merge")}
        </Button>
      )}
      {onDismiss && (
        <IconButton
          icon="x"
          size="s"
          label={t("ticket.notSame")}
          disabled={busy}
          onClick={onDismiss}
        />
      )}
    </p>
  );
}

function useKeepApart(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (other: number) =>
      write(
        client.POST("/api/v1/tickets/{number}/keep-apart", {
          params: { path: { number } },
          body: { number: other },
        }),
      ),
    onSuccess: ({ changeId }) => {
      if (changeId !== null) offer({ changeId, message: t("ticket.notSameDone") });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () =>
      void queryClient.invalidateQueries({ queryKey: ticketLinksQuery(number).queryKey }),
  });
}

function useDismiss(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (id: number) =>
      write(client.DELETE("/api/v1/ticket-links/{link_id}", { params: { path: { link_id: id } } })),
    onSuccess: ({ changeId }) => {
      if (changeId !== null) offer({ changeId, message: t("ticket.notSameDone") });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () =>
      void queryClient.invalidateQueries({ queryKey: ticketLinksQuery(number).queryKey }),
  });
}
