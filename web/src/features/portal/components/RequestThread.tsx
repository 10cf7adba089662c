import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { PortalTicket } from "../api";
import { RequestMessage } from "./RequestMessage";
import classes from "./RequestThread.module.css";

/** Everything that was said, newest last; what arrives while one looks comes into sight. */
export function RequestThread({ request }: { request: PortalTicket }) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  const seen = useRef(request.thread.length);
  const last = request.thread.at(-1);
  const lastAtOpening = useRef(last?.id);
  useEffect(() => {
    if (request.thread.length > seen.current) end.current?.scrollIntoView({ block: "end" });
    seen.current = request.thread.length;
  }, [request.thread.length]);
  return (
    <section className={classes.thread} aria-label={t("request.thread")}>
      {request.thread.map((message) => (
        <RequestMessage key={message.id} message={message} />
      ))}
      <p className="vh" role="status">
        {last && !last.you && last.id !== lastAtOpening.current && t("request.newAnswer")}
      </p>
      <div ref={end} className={classes.end} />
    </section>
  );
}
