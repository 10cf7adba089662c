import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem, inReadersWords } from "@/api/problem";
import type { BulkRequest, BulkResult, Problem } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";
import { askForResolution, RESOLUTION_REQUIRED } from "./resolutionAsked";

/** Changes tickets; those that need a reason for resolving are changed with the one that is asked for. */
async function changeMany(body: BulkRequest): Promise<BulkResult[]> {
  const post = (asked: BulkRequest) => read(client.POST("/api/v1/tickets/bulk", { body: asked }));
  const result = await post(body);
  const wanting = result.refused.filter(({ problem }) => problem.code === RESOLUTION_REQUIRED);
  const resolution = wanting.length > 0 ? await askForResolution() : null;
  if (resolution === null) return [result];
  const numbers = wanting.map(({ number }) => number);
  const again = await post({ ...body, numbers, set: { ...body.set, resolution } });
  const refused = result.refused.filter(({ number }) => !numbers.includes(number));
  const isTold = result.change_id !== null || refused.length > 0;
  return isTold ? [{ ...result, refused }, again] : [again];
}

type Bulk = BulkRequest & { done: string };

/** Changes many tickets as one change with one undo; those refused are told. */
export function useBulk() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ done: _done, ...body }: Bulk) => changeMany(body),
    onSuccess: (results, { done }) => {
      for (const result of results) {
        const [refusal] = result.refused;
        const message = refusal
          ? t("bulk.partly", {
              done,
              count: result.refused.length,
              number: String(refusal.number),
              reason: inReadersWords(refusal.problem as Problem).detail,
            })
          : done;
        if (result.change_id !== null) {
          offerUndo(queryClient, { changeId: result.change_id, message });
        } else if (refusal) toast.show({ message, tone: "bad" });
        else toast.show({ message });
      }
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
