import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/api/fields";
import { asProblem } from "@/api/problem";
import type { Leaf, Value } from "@/lib/conditionTree";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import { completionsQuery } from "../api";
import classes from "./Builder.module.css";
import { momentChoices, momentText } from "./moments";
import { type ConditionForms, nameKey, useReadValue } from "./useConditionForms";

type ValueFieldProps = {
  leaf: Leaf;
  field: Field;
  one: boolean;
  forms: ConditionForms;
  onValues: (values: Value[]) => void;
};

const typedKinds = new Set(["text", "words", "number", "ticket", "moment"]);

/** The values of a comparison: typed, or picked from a list that searches. */
export function ValueField(props: ValueFieldProps) {
  return typedKinds.has(props.field.kind) ? <TypedValue {...props} /> : <PickedValues {...props} />;
}

/** Several values of a text stand beside each other with commas between them. */
function TypedValue({ leaf, field, one, onValues }: ValueFieldProps) {
  const { t } = useTranslation();
  const wordOf = useFieldWord([field.key]);
  const listId = useId();
  const shown = leaf.values.join(", ");
  const [typed, setTyped] = useState(shown);
  const [told, setTold] = useState(shown);
  if (told !== shown) {
    setTold(shown);
    if (read(typed, field, one).join(", ") !== shown) setTyped(shown);
  }
  const isMoment = field.kind === "moment";
  const isNumber = field.kind === "number" || field.kind === "ticket";
  return (
    <>
      <input
        type="text"
        dir="auto"
        className={classes.typed}
        aria-label={t("viewEditor.value", { field: wordOf(field.key) })}
        placeholder={t("viewEditor.choose")}
        inputMode={isNumber ? "numeric" : undefined}
        title={isMoment ? t("viewEditor.momentHint") : undefined}
        list={isMoment ? listId : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          onValues(read(event.currentTarget.value, field, one));
        }}
      />
      {isMoment && (
        <>
          <datalist id={listId}>
            {momentChoices.map((choice) => (
              <option key={choice} value={choice} label={momentText(choice, t)} />
            ))}
          </datalist>
          {momentText(typed, t) !== typed && (
            <span className={classes.quiet}>{momentText(typed, t)}</span>
          )}
        </>
      )}
    </>
  );
}

/** What was typed as values; half a number is none. */
function read(typed: string, field: Field, one: boolean): Value[] {
  const parts = (one || field.kind === "moment" ? [typed] : typed.split(","))
    .map((part) => part.trim())
    .filter(Boolean);
  if (field.kind !== "number" && field.kind !== "ticket") return parts;
  return parts
    .filter((part) => /^#?\d{1,9}$/.test(part))
    .map((part) => Number(part.replace("#", "")));
}

function PickedValues({ leaf, field, one, forms, onValues }: ValueFieldProps) {
  const { t } = useTranslation();
  const wordOf = useFieldWord([field.key]);
  const readValue = useReadValue(forms.learn);
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState("");
  const found = useValueOptions(field, query, opened);
  const textOf = useValueText(field, forms);
  const label = t("viewEditor.value", { field: wordOf(field.key) });
  const pick = async (written: string) => {
    try {
      const values = await readValue(field.name, written);
      const isHeld = values.every((value) => leaf.values.includes(value));
      if (one) onValues(values.slice(0, 1));
      else if (isHeld) onValues(leaf.values.filter((value) => !values.includes(value)));
      else onValues([...new Set([...leaf.values, ...values])]);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  const said = leaf.values.map(textOf).join(", ");
  return (
    <Picker
      label={label}
      options={found.options}
      chosen={found.options
        .filter((option) => leaf.values.some((value) => textOf(value) === option.label))
        .map(({ value }) => value)}
      onPick={(written) => void pick(written)}
      opened={opened}
      onOpenedChange={setOpened}
      onSearch={setQuery}
      searching={found.searching}
      creatable={field.kind === "tags"}
      multiple={!one}
    >
      <Button
        type="button"
        look="line"
        iconAfter="down"
        aria-label={`${label}: ${said || t("viewEditor.choose")}`}
        onClick={() => setOpened(!opened)}
      >
        <bdi className={`${classes.said} cut`}>{said || t("viewEditor.choose")}</bdi>
      </Button>
    </Picker>
  );
}

const COMPLETING_MS = 120;

/** What the server completes for a field: its choices, the reader's own, and names. */
function useValueOptions(field: Field, query: string, opened: boolean) {
  const { t } = useTranslation();
  const [typed] = useDebouncedValue(query, COMPLETING_MS);
  const text = `${field.name}:${/[\s()",]/.test(typed) ? `"${typed}` : typed}`;
  const answer = useQuery({ ...completionsQuery(text, [...text].length), enabled: opened });
  const items = (answer.data?.items ?? []).filter(({ text: item }) => !/^(any|none)$/.test(item));
  const options = items.map(({ text: written, hint }) => ({
    value: written,
    label: ownWord(unquoted(written), t),
    hint: hint || undefined,
  }));
  return { options, searching: opened && (answer.isFetching || typed !== query) };
}

const unquoted = (text: string) =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;

function ownWord(text: string, t: TFunction): string {
  if (text === "me") return t("viewEditor.me");
  return text === "my-teams" ? t("viewEditor.myTeams") : text;
}

/** A value in words: a name, or what is written. */
function useValueText(field: Field, { names }: ConditionForms) {
  const { t } = useTranslation();
  return (value: Value): string => {
    if (typeof value === "boolean") return t(value ? "viewEditor.yes" : "viewEditor.no");
    const name = names.get(nameKey(field.kind, value));
    return name ?? ownWord(String(value), t);
  };
}
