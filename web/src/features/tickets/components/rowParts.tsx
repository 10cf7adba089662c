import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { Avatar, NobodyAvatar } from "@/ui/Avatar";

/** Who works on it, or the dashed ring. */
export function AssigneeSign({ assignee }: Pick<TicketRow, "assignee">) {
  const { t } = useTranslation();
  if (!assignee) return <NobodyAvatar label={t("ticket.nobodyAssigned")} />;
  return <Avatar id={assignee.id} name={assignee.name} />;
}

/** Read out where the dot is seen. */
export function UnreadMark({ unread }: { unread: boolean }) {
  const { t } = useTranslation();
  return unread ? <span className="vh">{t("ticket.unread")}</span> : null;
}
