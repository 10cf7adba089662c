import { Combobox, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import pickerClasses from "@/ui/Picker.module.css";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import { completionsQuery } from "../api";
import classes from "./FilterBar.module.css";

const TYPING_MS = 250;
const COMPLETING_MS = 120;
/** Words narrow the list as they are typed; what compares fields waits until it is said whole. */
const IS_LANGUAGE = /[:()"]/;

type ConditionFieldProps = {
  /** What the list is narrowed to, as text. */
  text: string;
  /** Of an error in the text that was asked for. */
  errorId: string | undefined;
  /** Whether two texts narrow the list to the same. */
  isSame: (one: string, other: string) => boolean;
  onText: (text: string) => void;
  onFocus?: () => void;
  /** Told of every letter, also of what is not said whole yet. */
  onTyped?: (text: string) => void;
  /** What it is called, where it is not the box of a list. */
  label?: string;
};

/** The list's box: words to look for, and conditions, completed as one types. */
export function ConditionField(props: ConditionFieldProps) {
  const { text, errorId, isSame, onText, onFocus, onTyped } = props;
  const { t } = useTranslation();
  const label = props.label ?? t("tickets.words");
  const hintId = useId();
  const [typed, setTyped] = useTyped(text, isSame);
  const [caret, setCaret] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const placed = useRef<number | null>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = useCompletions(typed, caret, combobox.dropdownOpened);

  const say = (next: string) => {
    if (!isSame(next, text)) onText(next.trim());
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: waits for the typing, nothing else
  useEffect(() => {
    if (onTyped || IS_LANGUAGE.test(typed)) return;
    const timer = setTimeout(() => say(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useLayoutEffect(() => {
    if (placed.current === null) return;
    field.current?.setSelectionRange(placed.current, placed.current);
    placed.current = null;
  });

  const pick = (picked: string) => {
    const isField = picked.endsWith(":");
    const characters = [...typed];
    const kept = characters.slice(0, found.start).join("");
    const before = `${kept}${picked}${isField ? "" : " "}`;
    const next = before + characters.slice(found.end).join("").trimStart();
    placed.current = before.length;
    setTyped(next);
    setCaret(before.length);
    combobox.resetSelectedOption();
    if (isField) return;
    combobox.closeDropdown();
    say(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const picks = combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0;
    if (event.key === "Enter" && !picks) {
      combobox.closeDropdown();
      say(typed);
    } else if (event.key === "Escape" && combobox.dropdownOpened) {
      event.stopPropagation();
      combobox.closeDropdown();
    }
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={pick}
      width={320}
      position="bottom-start"
      withinPortal
      shadow="none"
      keepMounted={false}
      classNames={{
        dropdown: pickerClasses.dropdown,
        options: pickerClasses.options,
        option: pickerClasses.option,
      }}
    >
      <label className={classes.words}>
        <Icon name="search" />
        <Combobox.Target withExpandedAttribute>
          <input
            ref={field}
            type="text"
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={combobox.dropdownOpened && found.items.length > 0}
            inputMode="search"
            enterKeyHint="search"
            value={typed}
            dir="auto"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={label}
            aria-label={label}
            aria-invalid={errorId !== undefined}
            aria-describedby={[hintId, errorId].filter(Boolean).join(" ")}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              onTyped?.(event.currentTarget.value);
              setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
              combobox.openDropdown();
              combobox.resetSelectedOption();
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onClick={() => combobox.openDropdown()}
            onFocus={onFocus}
            onKeyDown={onKeyDown}
            onBlur={() => {
              combobox.closeDropdown();
              say(typed);
            }}
          />
        </Combobox.Target>
        <span id={hintId} className="vh">
          {t("tickets.condition.hint")}
        </span>
      </label>
      <Combobox.Dropdown hidden={found.items.length === 0}>
        <Combobox.Options aria-label={t("tickets.condition.completions")}>
          {found.items.map((item) => (
            <Combobox.Option
              key={item.text}
              value={item.text}
              onMouseDown={(event) => event.preventDefault()}
            >
              <CompletionText item={item} />
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

type Completed = { text: string; hint: string; field: string | null };

/** What is written, and what it means. */
function CompletionText({ item }: { item: Completed }) {
  const wordOf = useFieldWord(item.field ? [item.field] : []);
  const isField = item.text.endsWith(":");
  const hint = isField ? wordOf(item.field ?? "") : item.hint;
  return (
    <>
      <bdi className="cut">{item.text}</bdi>
      <bdi className={`${pickerClasses.hint} cut`}>{hint}</bdi>
    </>
  );
}

/** What stands in the box: what is typed, until something else narrows the list. */
function useTyped(text: string, isSame: (one: string, other: string) => boolean) {
  const [typed, setTyped] = useState(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed is left alone
  useEffect(() => {
    if (!isSame(typed, text)) setTyped(text);
  }, [text]);
  return [typed, setTyped] as const;
}

const NOTHING = { start: 0, end: 0, items: [] as Completed[] };

/** What may be written where the caret stands; nothing while another text was asked about. */
function useCompletions(typed: string, caret: number, isOpen: boolean) {
  const [asked] = useDebouncedValue(`${caret} ${typed}`, COMPLETING_MS);
  const isCurrent = asked === `${caret} ${typed}`;
  // The API counts characters, of which some take two units of a string.
  const at = [...typed.slice(0, caret)].length;
  const found = useQuery({ ...completionsQuery(typed, at), enabled: isOpen && isCurrent });
  return found.data ?? NOTHING;
}
