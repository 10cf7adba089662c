import { Combobox, useCombobox } from "@mantine/core";
import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { folded, ranked } from "@/lib/ranking";
import { bufferKeys } from "@/lib/typeAhead";
import { Icon } from "./Icon";
import classes from "./Picker.module.css";

const RETRY_MS = 16;

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
  /** Asked on every keystroke; the options given then are all shown, best match first. */
  onSearch?: (query: string) => void;
  /** Whether the options for what was typed are still to come; enter waits for them. */
  searching?: boolean;
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
  const shown = ranked(options, query, (option) => [option.label, option.hint], {
    keepAll: props.onSearch !== undefined,
  });
  const created = mayCreate(props.creatable, query) ? newValue(query, options) : null;
  const nothing = shown.length === 0 && created === null;
  const pick = (value: string) => {
    onPick(value);
    setQuery("");
    if (!props.multiple) combobox.closeDropdown();
  };
  // A list of nothing at all has not been fetched yet.
  const awaited = props.searching ?? (options.length === 0 && !props.onSearch);
  const first = shown[0]?.value ?? created;
  const onKeyDown = useEnter({ query, awaited, opened, first, pick, combobox });
  useSelection(combobox, opened, query, shown.map((option) => option.value).join("\n"));
  useEffect(() => {
    if (!opened) setQuery("");
  }, [opened]);

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
          onKeyDown={onKeyDown}
          placeholder={label}
          aria-label={label}
        />
        {/* It stays: what it offers is marked as soon as it comes. */}
        <Combobox.Options aria-label={label} hidden={nothing}>
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
        </Combobox.Options>
        {nothing && <Combobox.Empty>{t("picker.nothing")}</Combobox.Empty>}
      </Combobox.Dropdown>
    </Combobox>
  );
}

type Store = ReturnType<typeof useCombobox>;

/** Puts the mark on the first match, or on what holds now while nothing is typed. */
function useSelection(combobox: Store, opened: boolean, query: string, shown: string) {
  const select = () => {
    if (query) combobox.selectFirstOption();
    else combobox.selectActiveOption();
  };
  // Whatever opened it: what is typed from now on is for the search field.
  useLayoutEffect(() => {
    if (opened) bufferKeys();
  }, [opened]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening and typing move, nothing else
  useLayoutEffect(() => {
    if (opened) select();
  }, [opened, query, shown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening moves the focus, nothing else
  useEffect(() => {
    if (!opened) return;
    // The list is drawn in a layer of its own, some steps after this effect on a busy machine.
    let timer = setTimeout(focus);
    function focus() {
      const field = combobox.searchRef.current;
      field?.focus();
      if (!field || document.activeElement !== field) timer = setTimeout(focus, RETRY_MS);
      else select();
    }
    return () => clearTimeout(timer);
  }, [opened]);
}

type EnterOptions = {
  query: string;
  awaited: boolean;
  opened: boolean;
  first: string | null;
  pick: (value: string) => void;
  combobox: Store;
};

/** Enter that comes before the options it is meant for picks the first of them once they are there. */
function useEnter({ query, awaited, opened, first, pick, combobox }: EnterOptions) {
  const [entered, setEntered] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the options' coming picks, nothing else
  useEffect(() => {
    if (entered === null || (opened && entered === query && awaited)) return;
    setEntered(null);
    if (opened && entered === query && first !== null) pick(first);
  }, [entered, opened, query, awaited, first]);
  return (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !awaited || !query) return;
    event.preventDefault();
    combobox.resetSelectedOption();
    setEntered(query);
  };
}

function mayCreate(creatable: PickerProps["creatable"], query: string): boolean {
  return typeof creatable === "function" ? creatable(query.trim()) : creatable === true;
}

function newValue(query: string, options: PickerOption[]): string | null {
  const value = query.trim().toLowerCase();
  return value && !options.some((option) => folded(option.value) === folded(value)) ? value : null;
}
