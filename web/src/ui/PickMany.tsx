import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button";
import { Picker, type PickerOption } from "./Picker";
import classes from "./PickMany.module.css";

type PickManyProps = {
  label: string;
  addLabel: string;
  options: PickerOption[];
  chosen: number[];
  onChange: (chosen: number[]) => void;
  locked: boolean;
};

/** Several of a list, each as a chip that can be taken away. */
export function PickMany({ label, addLabel, options, chosen, onChange, locked }: PickManyProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const held = options.filter((option) => chosen.includes(Number(option.value)));
  const toggle = (value: string) => {
    const id = Number(value);
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  };
  return (
    <fieldset className={classes.pick}>
      <legend>{label}</legend>
      <div className={classes.chips}>
        {held.map((option) => (
          <span key={option.value} className={classes.chip}>
            {option.sign}
            <bdi className="cut">{option.label}</bdi>
            {!locked && (
              <IconButton
                type="button"
                icon="x"
                size="s"
                className={classes.drop}
                label={t("settings.remove", { name: option.label })}
                onClick={() => toggle(option.value)}
              />
            )}
          </span>
        ))}
        {locked && held.length === 0 && <span className={classes.none}>{t("settings.none")}</span>}
        {!locked && (
          <Picker
            label={addLabel}
            options={options}
            chosen={chosen.map(String)}
            onPick={toggle}
            opened={opened}
            onOpenedChange={setOpened}
            multiple
          >
            <Button type="button" icon="plus" onClick={() => setOpened(!opened)}>
              {addLabel}
            </Button>
          </Picker>
        )}
      </div>
    </fieldset>
  );
}
