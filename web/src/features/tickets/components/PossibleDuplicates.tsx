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
import { Icon } from "@/ui/Icon";
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
  const possible = links.map((link) => (
    <p key={link.id} className={`${classes.notice} screen-only`} role="status">
      <Icon name="link" />
      <span className="grow">
        {t(link.newer ? "ticket.possibleDuplicateNewer" : "ticket.possibleDuplicate")}{" "}
        <Link to="/desk/tickets/$number" params={{ number: link.number }} search={{}}>
          #{link.number} <bdi>{link.subject}</bdi>
        </Link>
        {link.reason && (
          <span className={classes.why}> {noticeText(link.reason_notice, link.reason)}</span>
        )}
      </span>
      {ticket.can.merge && ticket.merged_into === null && (
        <Button size="s" onClick={() => onMerge(link)}>
          {t("merge.merge")}
        </Button>
      )}
      {ticket.can.edit && (
        <IconButton
          icon="x"
          size="s"
          label={t("ticket.notSame")}
          disabled={dismiss.isPending}
          onClick={() => dismiss.mutate(link.id)}
        />
      )}
    </p>
  ));
  return (
    <>
      {possible}
      {ticket.merged_into === null &&
        offered
          .slice(0, SHOWN_OFFERS)
          .map((one) => <Offer key={one.number} ticket={ticket} offered={one} onMerge={onMerge} />)}
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

type OfferProps = PossibleDuplicatesProps & { offered: components["schemas"]["OfferedTicket"] };

/** Another ticket of the same requester, until somebody says that it is another matter. */
function Offer({ ticket, offered, onMerge }: OfferProps) {
  const { t } = useTranslation();
  const apart = useKeepApart(ticket.number);
  return (
    <p className={`${classes.notice} screen-only`}>
      <Icon name="user" />
      <span className="grow">
        {t(offered.similar ? "split.similar" : "split.parallel")}{" "}
        <Link to="/desk/tickets/$number" params={{ number: offered.number }} search={{}}>
          #{offered.number} <bdi>{offered.subject}</bdi>
        </Link>
      </span>
      {ticket.can.merge && (
        <Button size="s" onClick={() => onMerge(offered)}>
          {t("merge.merge")}
        </Button>
      )}
      {ticket.can.edit && (
        <IconButton
          icon="x"
          size="s"
          label={t("ticket.notSame")}
          disabled={apart.isPending}
          onClick={() => apart.mutate(offered.number)}
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
