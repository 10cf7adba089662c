import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { mailboxesQuery } from "@/api/mailboxes";
import type { Priority } from "@/api/types";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Picker, type PickerOption } from "@/ui/Picker";
import type { NewTicketProps } from "../newTicket";
import { useAssigneeOptions, usePriorityOptions, useTeamOptions } from "../options";
import { AttachButton } from "./AttachButton";
import classes from "./NewTicketDialog.module.css";

type FactsProps = NewTicketProps & { onFiles: (files: Iterable<File>) => void };

/** Where a new ticket goes, and the mailbox that its first mail leaves from. */
export function NewTicketFacts({ ticket, change, onFiles }: FactsProps) {
  const { t } = useTranslation();
  const teams = useTeamOptions();
  const assignees = useAssigneeOptions();
  const priorities = usePriorityOptions();
  const mailboxes = useActiveMailboxes();
  const mailbox = mailboxes.find((one) => String(one.id) === ticket.mailbox) ?? mailboxes[0];
  const mailboxOptions = mailboxes.map(
    ({ id, name, address }): PickerOption => ({
      value: String(id),
      label: name,
      hint: address,
      sign: <Icon name="mail" />,
    }),
  );
  return (
    <div className={classes.facts}>
      {ticket.first === "send" && mailboxes.length > 1 && (
        <PickButton
          label={t("newTicket.from")}
          options={mailboxOptions}
          value={String(mailbox?.id)}
          onPick={(chosen) => change({ mailbox: chosen })}
        />
      )}
      {/* A form says of itself what it gives a ticket, or asks for it. */}
      {!ticket.form && (
        <PickButton
          label={t("property.team")}
          options={teams}
          value={ticket.team ?? String(mailbox?.team_id ?? teams[0]?.value ?? "")}
          onPick={(team) => change({ team })}
        />
      )}
      <PickButton
        label={t("property.assignee")}
        options={assignees}
        value={ticket.assignee}
        onPick={(assignee) => change({ assignee })}
      />
      {!ticket.form && (
        <PickButton
          label={t("property.priority")}
          options={priorities}
          value={ticket.priority}
          onPick={(priority) => change({ priority: priority as Priority })}
        />
      )}
      <AttachButton onFiles={onFiles} />
    </div>
  );
}

/** The mailboxes that mail can leave from, the one that the server takes by itself first. */
function useActiveMailboxes() {
  const mayRead = useMayRead()("mailSettings");
  const { data } = useQuery({ ...mailboxesQuery, enabled: mayRead });
  return (data ?? []).filter((one) => one.active).sort((one, other) => one.id - other.id);
}

type PickButtonProps = {
  label: string;
  options: PickerOption[];
  value: string;
  onPick: (value: string) => void;
};

function PickButton({ label, options, value, onPick }: PickButtonProps) {
  const [opened, setOpened] = useState(false);
  const chosen = options.find((option) => option.value === value);
  const sign: ReactNode = chosen?.sign;
  return (
    <Picker
      label={label}
      options={options}
      chosen={[value]}
      onPick={onPick}
      opened={opened}
      onOpenedChange={setOpened}
    >
      <Button look="line" title={label} onClick={() => setOpened(!opened)}>
        {sign}
        <bdi>{chosen?.label ?? label}</bdi>
      </Button>
    </Picker>
  );
}
