import { useTranslation } from "react-i18next";
import type { FormCondition } from "@/api/forms";
import { Button, IconButton } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Form";
import { conditionOf, type Joined, joinedOf, type Leaf, replaced, without } from "./draft";
import classes from "./FormEditor.module.css";
import { type KnownField, operatorsOf, takesValue } from "./knownFields";

type ConditionFieldsProps = {
  label: string;
  condition: FormCondition | null | undefined;
  /** The fields that stand before, which are all that it may compare. */
  before: readonly KnownField[];
  onChange: (condition: FormCondition | null) => void;
  locked: boolean;
};

/** When something holds: comparisons of fields that stand before, all or any of which must hold. */
export function ConditionFields(props: ConditionFieldsProps) {
  const { label, condition, before, onChange, locked } = props;
  const { t } = useTranslation();
  const joined = joinedOf(condition);
  if (!joined) {
    return (
      <fieldset className={classes.rule} disabled={locked}>
        <legend className={classes.legend}>{label}</legend>
        <p className={classes.hint}>{t("forms.nested")}</p>
        <Button onClick={() => onChange(null)}>{t("forms.clear")}</Button>
      </fieldset>
    );
  }
  const set = (next: Partial<Joined>) => onChange(conditionOf({ ...joined, ...next }));
  const first = before[0];
  return (
    <fieldset className={classes.rule} disabled={locked}>
      <legend className={classes.legend}>{label}</legend>
      {joined.leaves.length > 1 && (
        <SelectField
          name="match"
          aria-label={t("forms.match")}
          value={joined.match}
          data={(["all", "any"] as const).map((one) => ({
            value: one,
            label: t(`forms.matches.${one}`),
          }))}
          onChange={(event) => set({ match: event.currentTarget.value as Joined["match"] })}
        />
      )}
      {joined.leaves.map((leaf, at) => (
        <LeafFields
          // biome-ignore lint/suspicious/noArrayIndexKey: comparisons have no names, and hold no state
          key={at}
          leaf={leaf}
          before={before}
          onChange={(next) => set({ leaves: replaced(joined.leaves, at, next) })}
          onRemove={() => set({ leaves: without(joined.leaves, at) })}
        />
      ))}
      {first && (
        <Button icon="plus" onClick={() => set({ leaves: [...joined.leaves, startOf(first)] })}>
          {t("forms.addCondition")}
        </Button>
      )}
    </fieldset>
  );
}

/** A comparison of a field that says something: its first operator, with its first value. */
function startOf({ field, kind, options }: KnownField): Leaf {
  const operator = operatorsOf(kind)[0] ?? "set";
  const start = kind === "boolean" ? true : (options[0]?.key ?? "");
  return { node: "leaf", field, operator, values: takesValue(operator) ? [start] : [] };
}

type LeafFieldsProps = {
  leaf: Leaf;
  before: readonly KnownField[];
  onChange: (leaf: Leaf) => void;
  onRemove: () => void;
};

function LeafFields({ leaf, before, onChange, onRemove }: LeafFieldsProps) {
  const { t } = useTranslation();
  const known = before.find((one) => one.field === leaf.field);
  const pick = (name: string) => {
    const next = before.find((one) => one.field === name);
    if (next) onChange(startOf(next));
  };
  const pickOperator = (operator: string) => {
    const start = known ? startOf(known).values : [];
    const values = leaf.values?.length ? leaf.values : start?.length ? start : [""];
    onChange({ ...leaf, operator, values: takesValue(operator) ? values : [] });
  };
  return (
    <div className={classes.leaf}>
      <SelectField
        name="field"
        aria-label={t("forms.compared")}
        value={leaf.field}
        data={[
          ...(known ? [] : [{ value: leaf.field, label: leaf.field }]),
          ...before.map(({ field, name }) => ({ value: field, label: name })),
        ]}
        onChange={(event) => pick(event.currentTarget.value)}
      />
      <SelectField
        name="operator"
        aria-label={t("forms.operatorLabel")}
        value={leaf.operator}
        data={operatorsOf(known?.kind ?? "").map((one) => ({
          value: one,
          label: t(`forms.operator.${one}`),
        }))}
        onChange={(event) => pickOperator(event.currentTarget.value)}
      />
      {takesValue(leaf.operator) && known && (
        <LeafValue known={known} leaf={leaf} onChange={onChange} />
      )}
      <IconButton icon="x" label={t("forms.removeCondition")} onClick={onRemove} />
    </div>
  );
}

type LeafValueProps = { known: KnownField; leaf: Leaf; onChange: (leaf: Leaf) => void };

function LeafValue({ known, leaf, onChange }: LeafValueProps) {
  const { t } = useTranslation();
  const value = String(leaf.values?.[0] ?? "");
  const common = { name: "value", "aria-label": t("forms.value"), value };
  if (known.kind === "boolean") {
    return (
      <SelectField
        {...common}
        data={[
          { value: "true", label: t("customFields.yes") },
          { value: "false", label: t("customFields.no") },
        ]}
        onChange={(event) => onChange({ ...leaf, values: [event.currentTarget.value === "true"] })}
      />
    );
  }
  const write = (text: string) => onChange({ ...leaf, values: [text] });
  if (known.options.length > 0) {
    return (
      <SelectField
        {...common}
        data={known.options.map(({ key, name }) => ({ value: key, label: name }))}
        onChange={(event) => write(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextField
      {...common}
      type={known.kind === "date" ? "date" : "text"}
      inputMode={known.kind === "date" ? undefined : "decimal"}
      onChange={(event) => write(event.currentTarget.value)}
    />
  );
}
