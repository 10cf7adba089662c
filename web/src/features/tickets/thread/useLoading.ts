import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { type Growth, loadPart } from "./parts";
import type { Gap, Segment } from "./segments";

/** So far before a gap comes into sight its messages are asked for. */
const NEAR_PX = 1500;

type Load = { gap: Gap; growth: Growth };

/** Loads parts of a thread, one after the other. */
export function useLoading(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { mutate, isPending, isError } = useMutation({
    mutationFn: ({ gap, growth }: Load) => loadPart(queryClient, number, gap, growth),
    onError: (error) => {
      const reason = asProblem(error).message;
      toast.show({ message: t("longThread.failed", { reason }), tone: "bad" });
    },
  });
  const load = useCallback((gap: Gap, growth: Growth) => mutate({ gap, growth }), [mutate]);
  return { load, busy: isPending, failed: isError };
}

type Loading = ReturnType<typeof useLoading>;

/** Loads what a reader scrolls to: upwards the end of a gap, downwards its beginning. */
export function useLoadOnScroll(
  pane: RefObject<HTMLElement | null>,
  segments: readonly Segment[],
  loading: Loading,
): void {
  const now = useRef({ segments, loading });
  now.current = { segments, loading };
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    let lastPx = element.scrollTop;
    const onScroll = () => {
      const upwards = element.scrollTop < lastPx;
      lastPx = element.scrollTop;
      const { segments, loading } = now.current;
      if (loading.busy || loading.failed || window.matchMedia("print").matches) return;
      const reached = gapInReach(element, segments, upwards);
      if (reached) loading.load(reached, upwards ? "end" : "start");
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [pane]);
}

function gapInReach(pane: Element, segments: readonly Segment[], upwards: boolean): Gap | null {
  const view = pane.getBoundingClientRect();
  for (const one of segments) {
    if (one.kind !== "gap") continue;
    const box = pane.querySelector(`[data-gap="${one.gap.after}"]`)?.getBoundingClientRect();
    if (!box) continue;
    const fromBelow = box.bottom > view.top - NEAR_PX && box.bottom < view.bottom;
    const fromAbove = box.top < view.bottom + NEAR_PX && box.top > view.top && one.gap.after > 0;
    if (upwards ? fromBelow : fromAbove) return one.gap;
  }
  return null;
}
