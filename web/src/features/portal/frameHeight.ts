import { useEffect, useRef } from "react";

/** What a framed form tells the page around it: how many pixels high it is, and nothing else. */
export type HeightMessage = { type: "atum-form-height"; form: string; height: number };

/** Who is told: the page around the frame, by the origin that the browser names of it where it does. */
function originAround(): string {
  try {
    return new URL(document.referrer).origin;
  } catch {
    // A page that names itself to nobody; a height is no secret.
    return "*";
  }
}

/** Tells the page around a frame how high the element is, each time that changes. */
export function useFrameHeight<T extends HTMLElement>(form: string) {
  const content = useRef<T>(null);
  useEffect(() => {
    const element = content.current;
    if (!element || window.parent === window) return;
    const origin = originAround();
    let told = 0;
    const tell = () => {
      const height = Math.ceil(element.getBoundingClientRect().height);
      if (height === told) return;
      told = height;
      const message: HeightMessage = { type: "atum-form-height", form, height };
      window.parent.postMessage(message, origin);
    };
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    return () => observer.disconnect();
  }, [form]);
  return content;
}
