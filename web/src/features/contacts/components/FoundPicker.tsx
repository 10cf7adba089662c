import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type pagesQuery, usePages } from "@/api/pages";
import { Button, IconButton } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import classes from "./FoundPicker.module.css";

export type Found = { id: number; name: string };
type Listed = Found & { emails?: string[]; domains?: string[] };

type FoundPickerProps<T extends Listed> = {
  legend: string;
  label: string;
  /** Said when none is chosen. */
  none: string;
  query: (words: string) => ReturnType<typeof pagesQuery<T>>;
  value: Found | null;
  /** Is not offered, such as the one it is about. */
  without?: number;
  onChange: (found: Found | null) => void;
};

/** A contact or an organization, found by its name. */
export function FoundPicker<T extends Listed>(props: FoundPickerProps<T>) {
  const { legend, label, none, query, value, without, onChange } = props;
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState("");
  const [searched] = useDebouncedValue(words, 200);
  const answer = usePages(query(searched));
  const found = (answer.data ?? []).filter((one) => one.id !== without);
  const pick = (id: string) => {
    const one = found.find((listed) => String(listed.id) === id);
    if (one) onChange({ id: one.id, name: one.name });
  };
  return (
    <fieldset className={classes.field}>
      <legend>{legend}</legend>
      <Picker
        label={label}
        options={found.map((one) => ({
          value: String(one.id),
          label: one.name,
          hint: (one.emails ?? one.domains ?? []).join(", "),
        }))}
        chosen={value ? [String(value.id)] : []}
        onPick={pick}
        onSearch={setWords}
        searching={words !== searched || answer.isFetching}
        opened={opened}
        onOpenedChange={setOpened}
      >
        <Button
          type="button"
          look="line"
          size="l"
          iconAfter="down"
          onClick={() => setOpened(!opened)}
        >
          <bdi className="cut">{value?.name ?? none}</bdi>
        </Button>
      </Picker>
      {value && (
        <IconButton
          type="button"
          icon="x"
          size="l"
          label={t("settings.remove", { name: value.name })}
          onClick={() => onChange(null)}
        />
      )}
    </fieldset>
  );
}
