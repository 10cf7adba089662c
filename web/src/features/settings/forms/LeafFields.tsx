import { useTranslation } from "react-i18next";
import type { Leaf, Value } from "@/lib/conditionTree";
import { IconButton } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Form";
import { replaced, without } from "./draft";
import classes from "./FormEditor.module.css";
import { type KnownField, operatorsOf, takesSeveral, takesValue } from "./knownFields";

/** A comparison of a field that says something: its first operator, with its first value. */
export function startOf(known: KnownField): Leaf {
  const operator = operatorsOf(known.kind)[0] ?? "set";
  const values = takesValue(operator) ? [firstValue(known)] : [];
  return { node: "leaf", field: known.field, operator, values };
}

const firstValue = ({ kind, options }: KnownField): Value =>
  kind === "boolean" ? true : (options[0]?.key ?? "");

type LeafFieldsProps = {
  leaf: Leaf;
  before: readonly KnownField[];
  onChange: (leaf: Leaf) => void;
  onRemove: () => void;
};

/** One comparison: a field that stands before, how, and with what. */
export function LeafFields({ leaf, before, onChange, onRemove }: LeafFieldsProps) {
  const { t } = useTranslation();
  const known = before.find((one) => one.field === leaf.field);
  const pick = (name: string) => {
    const next = before.find((one) => one.field === name);
    if (next) onChange(startOf(next));
  };
  const pickOperator = (operator: string) => {
    const start = known ? firstValue(known) : "";
    const values = leaf.values.length > 0 ? leaf.values : [start];
    const most = takesSeveral(operator) ? values.length : 1;
    onChange({ ...leaf, operator, values: takesValue(operator) ? values.slice(0, most) : [] });
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
        <LeafValues known={known} leaf={leaf} onChange={onChange} />
      )}
      <IconButton icon="x" label={t("forms.removeCondition")} onClick={onRemove} />
    </div>
  );
}

type LeafValuesProps = { known: KnownField; leaf: Leaf; onChange: (leaf: Leaf) => void };

/** The values of a comparison, of which one is enough; options may be several. */
function LeafValues({ known, leaf, onChange }: LeafValuesProps) {
  const { t } = useTranslation();
  const { values } = leaf;
  const free = known.options.find((one) => !values.includes(one.key));
  const hasMore = values.length > 1;
  return (
    <>
      {values.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values have no names, and hold no state
        <span key={at} className={classes.value}>
          <LeafValue
            known={known}
            value={value}
            label={hasMore ? t("forms.valueOf", { number: String(at + 1) }) : t("forms.value")}
            onChange={(next) => onChange({ ...leaf, values: replaced(values, at, next) })}
          />
          {hasMore && (
            <IconButton
              icon="x"
              label={t("forms.removeValue", { number: String(at + 1) })}
              onClick={() => onChange({ ...leaf, values: without(values, at) })}
            />
          )}
        </span>
      ))}
      {free && takesSeveral(leaf.operator) && (
        <IconButton
          icon="plus"
          label={t("forms.addValue")}
          onClick={() => onChange({ ...leaf, values: [...values, free.key] })}
        />
      )}
    </>
  );
}

type LeafValueProps = {
  known: KnownField;
  value: Value;
  label: string;
  onChange: (value: Value) => void;
};

function LeafValue({ known, value, label, onChange }: LeafValueProps) {
  const { t } = useTranslation();
  const common = { name: "value", "aria-label": label, value: String(value) };
  if (known.kind === "boolean") {
    return (
      <SelectField
        {...common}
        data={[
          { value: "true", label: t("customFields.yes") },
          { value: "false", label: t("customFields.no") },
        ]}
        onChange={(event) => onChange(event.currentTarget.value === "true")}
      />
    );
  }
  if (known.options.length > 0) {
    return (
      <SelectField
        {...common}
        data={known.options.map(({ key, name }) => ({ value: key, label: name }))}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextField
      {...common}
      type={known.kind === "date" ? "date" : "text"}
      inputMode={known.kind === "date" ? undefined : "decimal"}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
