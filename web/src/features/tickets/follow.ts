import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { followersKey, followersQuery } from "@/api/followers";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import type { Command } from "@/lib/commands";
import { toast } from "@/lib/toast";
import { keyOf } from "./ticketKeys";

/** Follows the ticket, or no longer. Whether the reader does is asked when the menu opens or it was run once. */
export function useFollowCommand(number: number): Command {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const { data, refetch } = useQuery({ ...followersQuery(number), enabled: false });
  const stops = data?.me === true;
  const run = async () => {
    const path = { params: { path: { number } } };
    try {
      const { changeId } = await write(
        stops
          ? client.DELETE("/api/v1/tickets/{number}/followers/me", path)
          : client.PUT("/api/v1/tickets/{number}/followers/me", path),
      );
      const message = t(stops ? "follow.stopped" : "follow.started", { number: String(number) });
      if (changeId === null) toast.show({ message });
      else offer({ changeId, message });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
    await queryClient.invalidateQueries({ queryKey: followersKey(number) });
    await refetch();
  };
  return {
    id: "follow",
    icon: "bell",
    key: keyOf.follow,
    label: t(stops ? "follow.stop" : "follow.start"),
    prepare: () => void refetch(),
    run: () => void run(),
  };
}
