import { Combobox, useCombobox } from "@mantine/core";
import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import classes from "./Picker.module.css";

export type PickerOption = {
  value: string;
  label: string;
  /** Drawn before the label: an avatar, a status, a square. */
  sign?: ReactNode;
  /** Said quietly behind the label. */
  hint?: string;
};

type PickerProps = {
  /** What is being picked, for the search field and screen readers. */
  label: string;
  options: PickerOption[];
  /** The values that hold now. */
  chosen: readonly string[];
  onPick: (value: string) => void;
  opened: boolean;
  onOpenedChange: (opened: boolean) => void;
  /** The control the list hangs from: one element that takes a ref. */
  children: ReactElement;
  /** Several may hold; the list stays open after a pick. */
  multiple?: boolean;
  /** Offers the typed text itself as a new value (tags), or what of it can be one. */
  creatable?: boolean | ((text: string) => boolean);
  /** Asked on every keystroke; the options given then are shown unfiltered. */
  onSearch?: (query: string) => void;
  position?: "bottom-start" | "bottom-end" | "top-start";
};

/** A searchable list that hangs from a control: arrows move, enter picks, escape leaves. */
export function Picker(props: PickerProps) {
  const { label, options, chosen, onPick, opened, onOpenedChange, children } = props;
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const combobox = useCombobox({
    opened,
    onOpenedChange,
    onDropdownClose: () => combobox.focusTarget(),
  });
  const shown = props.onSearch ? options : matching(options, query);
  const created = mayCreate(props.creatable, query) ? newValue(query, options) : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: opening and typing move, nothing else
  useEffect(() => {
    if (!opened) {
      setQuery("");
      return;
    }
    // The list is drawn in a layer of its own, one step after this effect.
    const timer = setTimeout(() => {
      combobox.focusSearchInput();
      if (query) combobox.selectFirstOption();
      else combobox.selectActiveOption();
    });
    return () => clearTimeout(timer);
  }, [opened, query, shown.length]);

  const pick = (value: string) => {
    onPick(value);
    setQuery("");
    if (!props.multiple) combobox.closeDropdown();
  };
  const search = (text: string) => {
    setQuery(text);
    props.onSearch?.(text);
  };

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={pick}
      width={264}
      position={props.position ?? "bottom-start"}
      withinPortal
      shadow="none"
      keepMounted={false}
      transitionProps={{ duration: 120 }}
      classNames={{
        dropdown: classes.dropdown,
        options: classes.options,
        option: classes.option,
        search: classes.search,
        empty: classes.empty,
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes>
        {children}
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={query}
          onChange={(event) => search(event.currentTarget.value)}
          placeholder={label}
          aria-label={label}
        />
        <Combobox.Options>
          {shown.map((option) => (
            <Combobox.Option
              value={option.value}
              key={option.value}
              active={chosen.includes(option.value)}
            >
              <span className={classes.sign}>{option.sign}</span>
              <bdi className="cut">{option.label}</bdi>
              {option.hint && <span className={`${classes.hint} cut`}>{option.hint}</span>}
              {chosen.includes(option.value) && <Icon name="check" className={classes.chosen} />}
            </Combobox.Option>
          ))}
          {created && (
            <Combobox.Option value={created}>
              <span className={classes.sign}>
                <Icon name="plus" />
              </span>
              {t("picker.create", { value: created })}
            </Combobox.Option>
          )}
          {shown.length === 0 && !created && <Combobox.Empty>{t("picker.nothing")}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function matching(options: PickerOption[], query: string): PickerOption[] {
  const wanted = folded(query.trim());
  if (!wanted) return options;
  return options.filter((option) =>
    folded(`${option.label} ${option.hint ?? ""}`).includes(wanted),
  );
}

function mayCreate(creatable: PickerProps["creatable"], query: string): boolean {
  return typeof creatable === "function" ? creatable(query.trim()) : creatable === true;
}

function newValue(query: string, options: PickerOption[]): string | null {
  const value = query.trim().toLowerCase();
  return value && !options.some((option) => option.value === value) ? value : null;
}
