import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem, Ticket } from "@/api/types";
import { useMe } from "@/features/session/api";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import classes from "./NewerNotice.module.css";

/** Shows, before it is answered over, what others wrote since this person began to write. */
export function NewerNotice({ ticket, writing }: { ticket: Ticket; writing: boolean }) {
  const { t } = useTranslation();
  const me = useMe().person.id;
  const last = lastOfOthers(ticket, me);
  const lastId = last?.id ?? 0;
  const [seenId, setSeenId] = useState(lastId);
  useEffect(() => {
    if (!writing) setSeenId(lastId);
  }, [writing, lastId]);
  if (!writing || !last || last.id <= seenId) return null;
  const show = () => {
    document.getElementById(`message-${last.id}`)?.scrollIntoView({ block: "center" });
    setSeenId(last.id);
  };
  return (
    <p className={classes.notice} role="status">
      <Icon name="bell" />
      <span className="grow">{t("composer.newer", { name: last.author.name })}</span>
      <Button size="s" onClick={show}>
        {t("composer.showNewer")}
      </Button>
    </p>
  );
}

function lastOfOthers(ticket: Ticket, me: number): MessageItem | undefined {
  return ticket.thread.findLast(
    (item): item is MessageItem => item.type === "message" && item.author.id !== me,
  );
}
