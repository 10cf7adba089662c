import "@/app/pageTexts";
import { Combobox, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { contactsQuery } from "@/api/directory";
import type { Contact, MailAddress } from "@/api/types";
import { ranked } from "@/lib/ranking";
import { Avatar } from "@/ui/Avatar";
import pickerClasses from "@/ui/Picker.module.css";
import { CLEAR_COPIES_KEY } from "../clearedCopies";
import { isAddress, type RecipientLine, readAddresses } from "../recipients";
import { RecipientChip } from "./RecipientChip";
import classes from "./Recipients.module.css";

type FieldProps = {
  line: RecipientLine;
  people: MailAddress[];
  /** Addresses that mail came back from. */
  stopped: ReadonlySet<string>;
  /** Takes the focus when it appears. */
  focused?: boolean;
  onAdd: (added: MailAddress[]) => void;
  onRemove: (one: MailAddress) => void;
  /** Takes everybody off the line; absent where that is not offered. */
  onClear?: () => void;
};

const FOLDED = 12;
const SEARCH_MS = 150;
const ADDING_KEYS = new Set(["Enter", ",", ";"]);

/** One line of recipients: a chip for each, and a field that finds contacts and takes any address. */
export function RecipientField(props: FieldProps) {
  const { line, people, stopped, focused, onAdd, onRemove, onClear } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [all, setAll] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const found = useFoundContacts(typed, people);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const shown = all ? people : people.slice(0, FOLDED);
  const label = t(`composer.${line}`);

  const add = (added: MailAddress[]) => {
    if (added.length > 0) onAdd(added);
    setTyped("");
    combobox.closeDropdown();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const picks = event.key === "Enter" && combobox.getSelectedOptionIndex() >= 0;
    if (ADDING_KEYS.has(event.key) && !picks) {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const first = event.key === "Enter" && !isAddress(typed.trim()) ? found[0] : undefined;
      add(first ? addressOf(first) : readAddresses(typed));
    } else if (event.key === " " && isAddress(typed.trim())) {
      event.preventDefault();
      add(readAddresses(typed));
    } else if (event.key === "Backspace" && typed === "") {
      const last = people.at(-1);
      if (last) onRemove(last);
    } else if (event.key === "Escape" && combobox.dropdownOpened) {
      event.stopPropagation();
      combobox.closeDropdown();
    }
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => add(found.filter((one) => String(one.id) === id).flatMap(addressOf))}
      width={300}
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
      <fieldset className={classes.line}>
        <legend className="vh">{label}</legend>
        <span className={classes.label} aria-hidden>
          {label}
        </span>
        <span className={classes.chips}>
          {shown.map((one) => (
            <RecipientChip
              key={one.address}
              one={one}
              stopped={stopped.has(one.address.toLowerCase())}
              onRemove={() => {
                onRemove(one);
                // The chip takes the focus with it, and the next key would be the desk's.
                field.current?.focus();
              }}
            />
          ))}
          {people.length > shown.length && (
            <button
              type="button"
              className={classes.more}
              onClick={() => {
                setAll(true);
                field.current?.focus();
              }}
            >
              {t("recipients.more", { count: people.length - shown.length })}
            </button>
          )}
          <Combobox.Target>
            <input
              ref={field}
              value={typed}
              data-idle={(typed === "" && people.length > 0) || undefined}
              aria-label={t(`recipients.add.${line}`)}
              placeholder={people.length === 0 ? t("recipients.addHint") : undefined}
              autoComplete="off"
              inputMode="email"
              dir="auto"
              // biome-ignore lint/a11y/noAutofocus: the person has just asked for this line
              autoFocus={focused}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
                combobox.openDropdown();
                combobox.resetSelectedOption();
              }}
              onKeyDown={onKeyDown}
              onPaste={(event) => {
                const pasted = readAddresses(event.clipboardData.getData("text"));
                if (typed !== "" || !pasted.some((one) => isAddress(one.address))) return;
                event.preventDefault();
                add(pasted);
              }}
              onBlur={() => add(readAddresses(typed))}
            />
          </Combobox.Target>
        </span>
        {onClear && people.length > 0 && (
          <button
            type="button"
            className={classes.more}
            aria-label={t("recipients.clearCc", { count: people.length })}
            aria-keyshortcuts={CLEAR_COPIES_KEY}
            title={t("recipients.clearCcKey")}
            onClick={() => {
              onClear();
              field.current?.focus();
            }}
          >
            {t("recipients.clearShort")}
          </button>
        )}
      </fieldset>
      <Combobox.Dropdown hidden={found.length === 0}>
        <Combobox.Options aria-label={label}>
          {found.map((contact) => (
            <Combobox.Option
              key={contact.id}
              value={String(contact.id)}
              onMouseDown={(event) => event.preventDefault()}
            >
              <Avatar id={contact.id} name={contact.name} />
              <bdi className="cut">{contact.name}</bdi>
              <bdi className={`${pickerClasses.hint} cut`}>{contact.emails[0]}</bdi>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function useFoundContacts(typed: string, people: MailAddress[]): Contact[] {
  const words = typed.trim();
  const [asked] = useDebouncedValue(words, SEARCH_MS);
  const found = useQuery({
    ...contactsQuery(asked),
    enabled: asked !== "",
    // The list stays while the next one is asked for, so that a key does not land on nothing.
    placeholderData: keepPreviousData,
  });
  if (words === "") return [];
  const held = new Set(people.map((one) => one.address.toLowerCase()));
  const isMeant = ({ name, emails }: Contact) =>
    `${name}\n${emails.join("\n")}`.toLowerCase().includes(words.toLowerCase());
  const meant = (found.data ?? []).filter(
    (one) => one.emails[0] && !held.has(one.emails[0]) && isMeant(one),
  );
  return ranked(meant, words, ({ name, emails }) => [name, ...emails], { keepAll: true });
}

function addressOf(contact: Contact): MailAddress[] {
  return contact.emails[0] ? [{ name: contact.name, address: contact.emails[0] }] : [];
}
