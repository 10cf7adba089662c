import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { withNotices } from "@/api/notice";
import { asProblem, inReadersWords } from "@/api/problem";
import type { BulkRequest, BulkResult, MissingCounts, MissingValues, Problem } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";
import { askForMissing } from "./missingAsked";
import { askForResolution } from "./resolutionAsked";

/**
 * Changes tickets as one change. Where some of them lack what it needs, a reason for resolving or required
 * fields, the person is asked for that first; null when they would rather not.
 */
async function changeMany(body: BulkRequest): Promise<BulkResult | null> {
  const change = (where_missing?: MissingValues) =>
    read(client.POST("/api/v1/tickets/bulk", { body: { ...body, where_missing } }));
  const { numbers, ...actions } = body;
  // Nothing else than a status or a team ever needs more.
  if (!actions.set?.status && !actions.set?.team_id) return change();
  const request = { numbers, actions };
  const { missing } = await read(client.POST("/api/v1/bulk/preview", { body: request }));
  if (!isMissing(missing)) return change();
  if (missing.fields.length > 0) return askForMissing(missing, change);
  const resolution = await askForResolution();
  return resolution === null ? null : change({ resolution });
}

const isMissing = ({ resolution, fields }: MissingCounts) => resolution > 0 || fields.length > 0;

type Bulk = BulkRequest & { done: string };

/** Changes many tickets with one undo; those refused are told. */
export function useBulk() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ done: _done, ...body }: Bulk) => changeMany(body),
    onSuccess: (result, { done }) => {
      if (!result) return;
      const [refusal] = result.refused;
      const message = refusal
        ? t("bulk.partly", {
            done,
            count: result.refused.length,
            number: String(refusal.number),
            reason: inReadersWords(refusal.problem as Problem).detail,
          })
        : withNotices(done, result.notices);
      if (result.change_id !== null) {
        offerUndo(queryClient, { changeId: result.change_id, message });
      } else if (refusal) toast.show({ message, tone: "bad" });
      else toast.show({ message });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: (_result, _error, { numbers }) => {
      void queryClient.invalidateQueries({ queryKey: ticketKeys.lists });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.counts });
      for (const number of numbers) {
        void queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) });
      }
    },
  });
}
