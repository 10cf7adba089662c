import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Status, Transition } from "@/api/types";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Picker } from "@/ui/Picker";
import { StatusIcon } from "@/ui/TicketIcons";
import type { Role } from "../api";
import classes from "./TransitionFields.module.css";

type TransitionFieldsProps = {
  statuses: readonly Status[];
  roles: readonly Role[];
  next: Transition[];
  onChange: (next: Transition[]) => void;
  locked: boolean;
};

/** What a status may become: a box for each other one, and beside it who may do that. */
export function TransitionFields(props: TransitionFieldsProps) {
  const { statuses, roles, next, onChange, locked } = props;
  const { t } = useTranslation();
  const set = (key: string, role_ids: number[] | null) => {
    const known = new Map(next.map((one) => [one.key, one.role_ids ?? []]));
    if (role_ids) known.set(key, role_ids);
    else known.delete(key);
    // In the order of the statuses, so that a box set and unset again is no change.
    onChange(
      statuses.flatMap((one) => {
        const held = known.get(one.key);
        return held ? [{ key: one.key, role_ids: held }] : [];
      }),
    );
  };
  return (
    <fieldset className={classes.fields} disabled={locked}>
      <legend>{t("statuses.next")}</legend>
      <ul className={classes.list}>
        {statuses.map((status) => {
          const held = next.find((one) => one.key === status.key);
          return (
            <li key={status.key} className={classes.line}>
              <CheckBox
                checked={held !== undefined}
                label={status.name}
                onChange={() => set(status.key, held ? null : [])}
              />
              <StatusIcon category={status.category} color={status.color} />
              <bdi className="cut">{status.name}</bdi>
              {held && (
                <WhoMay
                  status={status.name}
                  roles={roles}
                  chosen={held.role_ids ?? []}
                  onChange={(role_ids) => set(status.key, role_ids)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}

type WhoMayProps = {
  status: string;
  roles: readonly Role[];
  chosen: number[];
  onChange: (role_ids: number[]) => void;
};

function WhoMay({ status, roles, chosen, onChange }: WhoMayProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const names = roles.filter(({ id }) => chosen.includes(id)).map(({ name }) => name);
  const said = names.length > 0 ? names.join(", ") : t("statuses.everybody");
  const toggle = (value: string) => {
    const id = Number(value);
    const held = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    onChange(held.sort((a, b) => a - b));
  };
  return (
    <span className={classes.who}>
      <Picker
        label={t("statuses.who", { name: status })}
        options={roles.map(({ id, name }) => ({ value: String(id), label: name }))}
        chosen={chosen.map(String)}
        onPick={toggle}
        opened={opened}
        onOpenedChange={setOpened}
        multiple
      >
        <Button
          type="button"
          icon={names.length > 0 ? "lock" : "users"}
          aria-label={`${t("statuses.who", { name: status })}: ${said}`}
          onClick={() => setOpened(!opened)}
        >
          {said}
        </Button>
      </Picker>
    </span>
  );
}
