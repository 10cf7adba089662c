import "@/app/pageTexts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, type Written, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";

type Newcomer = { email: string; name: string };
type Leaver = { id: number; name: string };

/** Adds and removes who takes part in a ticket besides its requester; both can be taken back. */
export function useParticipants(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const options = (message: (given: { name: string }) => string) => ({
    onSuccess: ({ data, changeId }: Written<Ticket>, given: Newcomer | Leaver) => {
      queryClient.setQueryData<Ticket>(ticketKeys.ticket(number), (held) =>
        held ? { ...held, cc: data.cc, requester: data.requester } : held,
      );
      if (changeId === null) return;
      const name = given.name || ("email" in given ? given.email : "");
      offerUndo(queryClient, { changeId, message: message({ name }) });
    },
    onError: (error: unknown) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) }),
  });
  const add = useMutation({
    mutationFn: (body: Newcomer) =>
      write(
        client.POST("/api/v1/tickets/{number}/participants", {
          params: { path: { number } },
          body,
        }),
      ),
    ...options(({ name }) => t("recipients.added", { name })),
  });
  const remove = useMutation({
    mutationFn: ({ id }: Leaver) =>
      write(
        client.DELETE("/api/v1/tickets/{number}/participants/{person_id}", {
          params: { path: { number, person_id: id } },
        }),
      ),
    ...options(({ name }) => t("recipients.removed", { name })),
  });
  const clear = useMutation({
    mutationFn: (_all: Leaver) =>
      write(
        client.DELETE("/api/v1/tickets/{number}/participants", { params: { path: { number } } }),
      ),
    ...options(() => t("recipients.cleared")),
  });
  return { add, remove, clear };
}
