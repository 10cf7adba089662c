import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Icon } from "@/ui/Icon";
import { Picker } from "@/ui/Picker";
import { type Target, useTargets } from "../merges";
import classes from "./MergeDialog.module.css";

type TargetPickerProps = {
  ticket: Ticket;
  label: string;
  target: Target | null;
  onChoose: (target: Target | null) => void;
};

/** Chooses another ticket by number, subject or words; without any those of the same requester. */
export function TargetPicker({ ticket, label, target, onChoose }: TargetPickerProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { targets, searching, setWords } = useTargets(ticket);
  return (
    <Picker
      label={label}
      options={targets.map((one) => ({
        value: String(one.number),
        label: `#${one.number} ${one.subject}`,
      }))}
      chosen={target ? [String(target.number)] : []}
      onPick={(value) => onChoose(targets.find((one) => String(one.number) === value) ?? null)}
      opened={opened}
      onOpenedChange={setOpened}
      onSearch={setWords}
      searching={searching}
    >
      <button
        type="button"
        className={classes.target}
        data-autofocus
        onClick={() => setOpened(!opened)}
      >
        <Icon name="search" size={14} />
        <span className="grow cut">
          {target ? (
            <>
              #{target.number} <bdi>{target.subject}</bdi>
            </>
          ) : (
            t("merge.choose")
          )}
        </span>
      </button>
    </Picker>
  );
}
