import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { contactsQuery } from "@/api/directory";
import { Button, IconButton } from "../Button";
import { useFieldError } from "../Form";
import { Picker, type PickerOption } from "../Picker";
import classes from "./FieldInput.module.css";
import type { FieldInputProps } from "./fieldInputProps";

type Named = { id: number; name: string };

/** A contact or organization, found by a part of its name or address. */
export function RecordPicker({ field, value, onChange, required, disabled }: FieldInputProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState("");
  const [searched] = useDebouncedValue(words, 200);
  const { options, isFetching } = useFound(field.kind === "contact", searched, opened);
  const error = useFieldError(`fields.${field.key}`);
  const held = value as Named | null | undefined;
  const pick = (id: string) => {
    const found = options.find((one) => one.value === id);
    if (found) onChange({ id: Number(id), name: found.label });
  };
  return (
    <fieldset className={classes.record}>
      <legend>
        {field.name}
        {required && <span aria-hidden="true"> *</span>}
      </legend>
      {field.help && <p className={classes.help}>{field.help}</p>}
      <div className={classes.picked}>
        <Picker
          label={field.name}
          options={options}
          chosen={held ? [String(held.id)] : []}
          onPick={pick}
          onSearch={setWords}
          searching={words !== searched || isFetching}
          opened={opened}
          onOpenedChange={setOpened}
        >
          <Button
            type="button"
            look="line"
            size="l"
            iconAfter="down"
            disabled={disabled}
            aria-label={held ? `${field.name}: ${held.name}` : field.name}
            onClick={() => setOpened(!opened)}
          >
            <bdi className="cut">{held?.name ?? t("customFields.noValue")}</bdi>
          </Button>
        </Picker>
        {held && !disabled && (
          <IconButton
            type="button"
            icon="x"
            size="l"
            label={t("settings.remove", { name: held.name })}
            onClick={() => onChange(null)}
          />
        )}
      </div>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function useFound(ofContacts: boolean, words: string, opened: boolean) {
  const contacts = useQuery({ ...contactsQuery(words), enabled: opened && ofContacts });
  const organizations = useQuery({
    queryKey: ["organizations", "search", words],
    queryFn: async () =>
      (
        await read(
          client.GET("/api/v1/organizations", { params: { query: { q: words, limit: 20 } } }),
        )
      ).items,
    enabled: opened && !ofContacts,
  });
  const options: PickerOption[] = ofContacts
    ? (contacts.data ?? []).map(({ id, name, emails }) => ({
        value: String(id),
        label: name,
        hint: emails[0],
      }))
    : (organizations.data ?? []).map(({ id, name, domains }) => ({
        value: String(id),
        label: name,
        hint: domains.join(", "),
      }));
  return { options, isFetching: contacts.isFetching || organizations.isFetching };
}
