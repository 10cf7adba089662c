import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem, inReadersWords } from "@/api/problem";
import type { BulkRequest, Problem } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";

type Bulk = BulkRequest & { done: string };

/** Changes many tickets as one change with one undo; those refused are told. */
export function useBulk() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ done: _done, ...body }: Bulk) =>
      read(client.POST("/api/v1/tickets/bulk", { body })),
    onSuccess: (result, { done }) => {
      const [refusal] = result.refused;
      const message = refusal
        ? t("bulk.partly", {
            done,
            count: result.refused.length,
            number: String(refusal.number),
            reason: inReadersWords(refusal.problem as Problem).detail,
          })
        : done;
      if (result.change_id === null) toast.show({ message, tone: "bad" });
      else offerUndo(queryClient, { changeId: result.change_id, message });
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
