import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import type { Ticket } from "@/api/types";
import { useStored } from "@/lib/browserStorage";
import { CheckBox } from "@/ui/CheckBox";
import classes from "./Composer.module.css";

/** Whether a reply assigns the ticket to its author, as its team has it: by itself, by choice, or not at all. */
export function useAssignOnReply(ticket: Ticket) {
  const team = useTeams().find(({ id }) => id === ticket.team.id);
  const [choice, choose] = useStored<"yes" | "no">("atum.assignMe", "no");
  const isOpen = ticket.assignee === null && ticket.can.assign;
  const way = isOpen ? (team?.reply_assigns ?? "never") : "never";
  return {
    way,
    chosen: choice === "yes",
    toggle: () => choose(choice === "yes" ? "no" : "yes"),
    /** What the reply says; nothing where the team has decided. */
    asked: way === "ask" ? choice === "yes" : undefined,
  };
}

export function AssignOnReply({ assign }: { assign: ReturnType<typeof useAssignOnReply> }) {
  const { t } = useTranslation();
  const { way, chosen, toggle } = assign;
  if (way === "never") return null;
  if (way === "always") return <span className={classes.assigns}>{t("composer.assigns")}</span>;
  return (
    <span className={classes.assigns}>
      <CheckBox checked={chosen} onChange={toggle} label={t("composer.assignMe")} />
      {/* The box is named; a click on the words is one on it. */}
      <span aria-hidden="true" onClick={toggle}>
        {t("composer.assignMe")}
      </span>
    </span>
  );
}
