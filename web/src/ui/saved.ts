import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Written } from "@/api/client";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";

/** After a write: what became old is fetched again, and the change can be taken back. */
export function useSaved() {
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return useCallback(
    ({ changeId }: Written<unknown>, message: string, old: readonly QueryKey[]) => {
      for (const queryKey of old) void queryClient.invalidateQueries({ queryKey });
      if (changeId === null) toast.show({ message });
      else offer({ changeId, message });
    },
    [queryClient, offer],
  );
}
