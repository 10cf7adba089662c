import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDirectoryAwaited } from "@/api/directory";
import type { Ticket } from "@/api/types";
import { Avatar, NobodyAvatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Picker, type PickerOption } from "@/ui/Picker";
import { PriorityIcon, StatusIcon, TeamSquare } from "@/ui/Signs";
import type { TicketActions } from "../actions";
import {
  NOBODY,
  useAssigneeOptions,
  usePriorityOptions,
  useStatusOptions,
  useTeamOptions,
} from "../options";
import classes from "./Facts.module.css";

export type FactName = "status" | "priority" | "assignee" | "team" | "tags";

type FactsProps = {
  ticket: Ticket;
  actions: TicketActions;
  opened: FactName | null;
  onOpen: (fact: FactName | null) => void;
};

/** Status, priority, assignee, team: each a button with its list. */
export function TicketFacts({ ticket, actions, opened, onOpen }: FactsProps) {
  const { t } = useTranslation();
  const statuses = useStatusOptions([ticket.status.key, ...ticket.allowed_statuses]);
  const assignees = useAssigneeOptions();
  const teams = useTeamOptions();
  const priorityOptions = usePriorityOptions();
  const { assignee, can } = ticket;
  const fact = (name: FactName) => ({ name, opened: opened === name, onOpen });
  return (
    <div className={classes.facts}>
      <Fact
        {...fact("status")}
        options={statuses}
        chosen={ticket.status.key}
        allowed={can.status}
        onPick={actions.setStatus}
      >
        <StatusIcon category={ticket.status.category} />
        {ticket.status.name}
      </Fact>
      <Fact
        {...fact("priority")}
        options={priorityOptions}
        chosen={ticket.priority}
        allowed={can.priority}
        onPick={actions.setPriority}
      >
        <PriorityIcon priority={ticket.priority} />
        {t(`priority.name.${ticket.priority}`)}
      </Fact>
      <Fact
        {...fact("assignee")}
        options={assignees}
        chosen={assignee ? String(assignee.id) : NOBODY}
        allowed={can.assign}
        onPick={actions.assign}
      >
        {assignee ? (
          <Avatar id={assignee.id} name={assignee.name} />
        ) : (
          <NobodyAvatar label={t("ticket.nobodyAssigned")} />
        )}
        <bdi>{assignee?.name.split(" ")[0] ?? t("ticket.nobody")}</bdi>
      </Fact>
      <Fact
        {...fact("team")}
        options={teams}
        chosen={String(ticket.team.id)}
        allowed={can.move}
        onPick={actions.moveTo}
      >
        <TeamSquare color={ticket.team.color} />
        <bdi>{ticket.team.name}</bdi>
      </Fact>
    </div>
  );
}

type FactProps = {
  name: FactName;
  options: PickerOption[];
  chosen: string;
  allowed: boolean;
  opened: boolean;
  onOpen: (fact: FactName | null) => void;
  onPick: (value: string) => void;
  children: ReactNode;
};

function Fact({ name, options, chosen, allowed, opened, onOpen, onPick, children }: FactProps) {
  const { t } = useTranslation();
  const awaited = useDirectoryAwaited();
  const label = t(`ticket.fact.${name}`);
  return (
    <Picker
      label={label}
      options={options}
      chosen={[chosen]}
      onPick={onPick}
      searching={awaited}
      opened={opened}
      onOpenedChange={(next) => onOpen(next ? name : null)}
    >
      <Button
        className={classes.fact}
        disabled={!allowed}
        title={label}
        onClick={() => onOpen(opened ? null : name)}
      >
        {children}
      </Button>
    </Picker>
  );
}
