import { useTranslation } from "react-i18next";
import type { MailState, Priority, StatusCategory } from "@/api/types";
import { readableColor } from "@/lib/readableColor";
import { Icon, type IconName } from "./Icon";
import classes from "./TicketIcons.module.css";

const statusDrawing: Record<StatusCategory, IconName> = {
  new: "new",
  open: "open",
  waiting: "wait",
  on_hold: "hold",
  resolved: "done",
  closed: "done",
};

type StatusIconProps = {
  category: StatusCategory;
  label?: string;
  /** The status's own colour; without one it has its category's. */
  color?: string | null;
};

/** A status by its category: the shape says it first, the colour second. */
export function StatusIcon({ category, label, color }: StatusIconProps) {
  const icon = <Icon name={statusDrawing[category]} className={classes[category]} label={label} />;
  if (!color) return icon;
  return (
    <span className={classes.own} style={readableColor(color)}>
      {icon}
    </span>
  );
}

const priorityDrawing: Record<Priority, IconName> = {
  low: "p1",
  normal: "p2",
  high: "p3",
  urgent: "p4",
};

/** A priority as bars; urgent is a filled square with a mark. */
export function PriorityIcon({
  priority,
  labelled = true,
}: {
  priority: Priority;
  labelled?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Icon
      name={priorityDrawing[priority]}
      className={priority === "urgent" ? classes.urgent : classes.priority}
      label={labelled ? t(`priority.label.${priority}`) : undefined}
    />
  );
}

const mailDrawing: Record<MailState, IconName> = {
  held: "clock",
  queued: "mail",
  sending: "send",
  sent: "check",
  delivered: "checks",
  bounced: "warn",
  failed: "warn",
  cancelled: "x",
  unknown: "warn",
};

/** Where an outgoing mail stands. */
export function MailStateIcon({ state }: { state: MailState }) {
  const troubled = state === "failed" || state === "unknown" || state === "bounced";
  return (
    <Icon name={mailDrawing[state]} size={14} className={troubled ? classes.bad : classes.quiet} />
  );
}

/** The square in a team's colour. */
export function TeamSquare({ color }: { color: string }) {
  return <span className={classes.square} style={{ background: color }} aria-hidden="true" />;
}

/** A tag as a hairline box. */
export function Tag({ children }: { children: string }) {
  return (
    <span className={classes.tag}>
      <bdi>{children}</bdi>
    </span>
  );
}
