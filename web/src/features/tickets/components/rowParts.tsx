import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { Avatar, NobodyAvatar } from "@/ui/Avatar";

/** Who works on it, or the dashed ring; `AssigneeWords` says it where the row is read out. */
export function AssigneeSign({ assignee }: Pick<TicketRow, "assignee">) {
  const { t } = useTranslation();
  if (!assignee) return <NobodyAvatar label={t("ticket.nobodyAssigned")} hidden />;
  return <Avatar id={assignee.id} name={assignee.name} />;
}

/** Read out where the disc is seen. */
export function AssigneeWords({ assignee }: Pick<TicketRow, "assignee">) {
  const { t } = useTranslation();
  const words = assignee
    ? t("ticket.assignedTo", { name: assignee.name })
    : t("ticket.nobodyAssigned");
  return <span className="vh">{words}</span>;
}

/** Read out where the dot is seen. */
export function UnreadMark({ unread }: { unread: boolean }) {
  const { t } = useTranslation();
  return unread ? <span className="vh">{t("ticket.unread")}</span> : null;
}
