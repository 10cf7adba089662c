import { useMemo, useRef, useState } from "react";
import { useIsDark } from "@/lib/colorScheme";
import { frameDocument, needsPaper } from "@/lib/mailDocument";
import classes from "./HtmlFrame.module.css";

/** Scripts stay forbidden; same-origin only lets this page measure the height. */
const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/** What is suspected opens nothing either: its links are words. */
const SANDBOX_OF_SUSPECTS = "allow-same-origin";

type HtmlFrameProps = {
  html: string;
  withRemoteImages: boolean;
  title: string;
  /** The mail is suspected: its links open nothing. */
  suspected?: boolean;
  /** Instead of what its text begins with. */
  direction?: "ltr" | "rtl";
};

/** A mail's HTML in a frame without scripts, as high as its content. */
export function HtmlFrame({ html, withRemoteImages, title, suspected, direction }: HtmlFrameProps) {
  const dark = useIsDark();
  const [heightPx, setHeightPx] = useState(44);
  const watcher = useRef<ResizeObserver>(undefined);
  const content = useMemo(
    () => frameDocument(html, { dark, withRemoteImages, direction }),
    [html, dark, withRemoteImages, direction],
  );
  const fitHeight = (frame: HTMLIFrameElement) => {
    const page = frame.contentDocument;
    if (!page?.body) return;
    const measure = () =>
      setHeightPx(Math.ceil(page.documentElement.getBoundingClientRect().height));
    measure();
    watcher.current?.disconnect();
    watcher.current = new ResizeObserver(measure);
    watcher.current.observe(page.body);
  };
  return (
    <iframe
      key={content}
      className={`${classes.frame} ${dark && needsPaper(html) ? classes.paper : ""}`}
      title={title}
      sandbox={suspected ? SANDBOX_OF_SUSPECTS : SANDBOX}
      srcDoc={content}
      style={{ height: heightPx }}
      onLoad={(event) => fitHeight(event.currentTarget)}
    />
  );
}
