import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { TicketInput } from "@/api/types";
import { offerUndo } from "@/features/changes/undo";
import { ticketKeys } from "./api";

/** Opens a ticket on behalf of a requester. */
export function useOpenTicket() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: TicketInput) => write(client.POST("/api/v1/tickets", { body })),
    onSuccess: ({ data, changeId }) => {
      queryClient.setQueryData(ticketKeys.ticket(data.number), data);
      void queryClient.invalidateQueries({ queryKey: ticketKeys.lists });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.counts });
      const message = t("newTicket.opened", { number: String(data.number) });
      if (changeId !== null) offerUndo(queryClient, { changeId, message });
    },
  });
}
