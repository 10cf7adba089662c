import "@/app/pageTexts";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { bufferKeys } from "@/lib/typeAhead";
import { Avatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { Picker, type PickerOption } from "@/ui/Picker";
import type { Requester } from "../newTicket";
import { useContactOptions } from "../options";
import classes from "./NewTicketDialog.module.css";

const NEW = "new:";

type RequesterFieldProps = {
  requester: Requester | null;
  onPick: (requester: Requester) => void;
};

/** Finds the contact that a ticket is for, or takes a new address. */
export function RequesterField({ requester, onPick }: RequesterFieldProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState("");
  const contacts = useContactOptions();
  const fresh: PickerOption[] = /^\S+@\S+\.\S+$/.test(query)
    ? [
        {
          value: NEW + query,
          label: query,
          hint: t("newTicket.newContact"),
          sign: <Icon name="plus" />,
        },
      ]
    : [];
  const known = contacts.options.some((option) => option.hint === query);
  const pick = (value: string) => {
    if (value.startsWith(NEW)) onPick({ email: value.slice(NEW.length) });
    else {
      const chosen = contacts.options.find((option) => option.value === value);
      onPick({ id: value, name: chosen?.label ?? "", email: chosen?.hint ?? null });
    }
  };
  const openByTyping = ({ nativeEvent: event }: KeyboardEvent) => {
    if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    bufferKeys(event);
    setOpened(true);
  };
  return (
    <div>
      <span className={classes.label}>{t("newTicket.requester")}</span>
      <Picker
        label={t("newTicket.searchRequester")}
        options={known ? contacts.options : [...contacts.options, ...fresh]}
        chosen={[]}
        onPick={pick}
        opened={opened}
        onOpenedChange={setOpened}
        onSearch={(words) => {
          setQuery(words.trim());
          contacts.setQuery(words);
        }}
        searching={contacts.searching}
      >
        <button
          type="button"
          className={classes.requester}
          data-autofocus
          data-opens-field
          onClick={() => setOpened(!opened)}
          onKeyDown={openByTyping}
        >
          {requester ? <Chosen requester={requester} /> : t("newTicket.searchRequester")}
        </button>
      </Picker>
    </div>
  );
}

function Chosen({ requester }: { requester: Requester }) {
  const name = requester.id === undefined ? requester.email : requester.name;
  return (
    <span className={classes.chosen}>
      <Avatar id={requester.id ?? requester.email} name={name} />
      <bdi className="cut">{name}</bdi>
    </span>
  );
}
