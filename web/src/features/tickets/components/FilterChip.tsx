import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDirectoryAwaited } from "@/api/directory";
import { Icon } from "@/ui/Icon";
import { Picker, type PickerOption } from "@/ui/Picker";
import { useContactOptions } from "../options";
import { type FilterKey, filterOf, table } from "../properties";
import classes from "./FilterBar.module.css";

type FilterChipProps = {
  name: FilterKey;
  values: string[];
  openAtOnce: boolean;
  onToggle: (value: string) => void;
  onRemove: () => void;
  onClosed: () => void;
};

/** One filter: the field, how it compares, its values, and a way to drop it. */
export function FilterChip(props: FilterChipProps) {
  const { name, values, openAtOnce, onToggle, onRemove, onClosed } = props;
  const { t } = useTranslation();
  const [opened, setOpened] = useState(openAtOnce);
  const { label: ownLabel, name: propertyName, single } = filterOf(name);
  const property = table[propertyName];
  const fixed = property.useOptions?.() ?? [];
  const awaited = useDirectoryAwaited();
  const contacts = useContactOptions(name === "requester" ? values[0] : undefined);
  const options = name === "requester" ? contacts.options : fixed;
  const label = t(ownLabel ?? property.label);
  const onOpenedChange = (next: boolean) => {
    setOpened(next);
    if (!next) onClosed();
  };
  return (
    <span className={classes.chip}>
      <span>{label}</span>
      <span>{t(values.length > 1 ? "tickets.isAnyOf" : "tickets.is")}</span>
      <Picker
        label={label}
        options={options}
        chosen={values}
        onPick={onToggle}
        opened={opened}
        onOpenedChange={onOpenedChange}
        onSearch={name === "requester" ? contacts.setQuery : undefined}
        searching={name === "requester" ? contacts.searching : awaited}
        multiple={!single}
      >
        <button type="button" className={classes.value} onClick={() => onOpenedChange(!opened)}>
          <bdi className="cut">
            {chosenText(values, options, contacts.chosenName) || t("tickets.choose")}
          </bdi>
        </button>
      </Picker>
      <button
        type="button"
        className={classes.remove}
        onClick={onRemove}
        aria-label={t("tickets.removeFilter", { field: label })}
      >
        <Icon name="x" />
      </button>
    </span>
  );
}

const NAMED = 2;

function chosenText(
  values: string[],
  options: PickerOption[],
  contact: string | undefined,
): string {
  const labels = values.map(
    (value) => options.find((option) => option.value === value)?.label ?? contact ?? value,
  );
  const rest = labels.length - NAMED;
  return labels.slice(0, NAMED).join(", ") + (rest > 0 ? `, +${rest}` : "");
}
