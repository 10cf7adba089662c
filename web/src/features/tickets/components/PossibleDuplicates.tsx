import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
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

type PossibleDuplicatesProps = { ticket: Ticket; onMerge: (into: Target) => void };

/** Tickets that may be the same request, and those that were: mail that seems to answer one, from nobody we can prove. */
export function PossibleDuplicates({ ticket, onMerge }: PossibleDuplicatesProps) {
  const { t } = useTranslation();
  const { items: links = [], merged = [] } = useQuery(ticketLinksQuery(ticket.number)).data ?? {};
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
