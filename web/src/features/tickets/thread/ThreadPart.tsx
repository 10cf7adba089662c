import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { ThreadItem } from "@/api/types";
import { usePrinting } from "@/lib/printing";
import { partQuery } from "./parts";
import type { LoadedPart } from "./segments";
import classes from "./Thread.module.css";

/** So far beyond the window messages are drawn: further than a turn of the wheel or a page goes. */
const NEAR_PX = 1500;

type ThreadPartProps = {
  number: number;
  part: LoadedPart;
  /** Where the newest part begins, which may have grown over the end of this one. */
  until: number;
  pane: RefObject<HTMLElement | null>;
  /** A message of it is gone to, so it is drawn wherever it is. */
  wanted: boolean;
  children: (items: ThreadItem[]) => ReactNode;
};

/** A part of a thread: drawn near the window and on paper, elsewhere an empty box of its height. */
export function ThreadPart({ number, part, until, pane, wanted, children }: ThreadPartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [farPx, setFarPx] = useState<number | null>(null);
  const printing = usePrinting();
  const drawn = farPx === null || wanted || printing;
  const { data } = useQuery({ ...partQuery(number, part), enabled: drawn });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) setFarPx(null);
        else if (entry) setFarPx((heldPx) => heldPx ?? entry.boundingClientRect.height);
      },
      { root: pane.current, rootMargin: `${NEAR_PX}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [pane]);
  return (
    <div
      ref={box}
      className={classes.part}
      style={drawn || farPx === null ? undefined : { height: farPx }}
    >
      {drawn && children((data?.items ?? []).filter((item) => item.id < until))}
    </div>
  );
}
