import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { TextField } from "@/ui/Form";
import { ConditionFields } from "./ConditionFields";
import { type FormField, replaced, without } from "./draft";
import classes from "./FormEditor.module.css";
import type { KnownField } from "./knownFields";

type FormFieldEditorProps = {
  field: FormField;
  known: KnownField | undefined;
  before: readonly KnownField[];
  locked: boolean;
  onChange: (field: FormField) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
};

/** One field of a form, folded: what it is called here, and what it depends on. */
export function FormFieldEditor(props: FormFieldEditorProps) {
  const { field, known, before, locked, onChange, onMove, onRemove } = props;
  const { t } = useTranslation();
  const name = field.label || known?.name || field.field;
  const text = (part: "label" | "help") => ({
    name: part,
    label: t(`forms.${part}`),
    value: field[part] ?? "",
    placeholder: part === "label" ? known?.name : undefined,
    disabled: locked,
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ ...field, [part]: event.currentTarget.value }),
  });
  const box = (part: "required" | "staff_only") => (
    <div className={classes.box}>
      <CheckBox
        checked={field[part] ?? false}
        label={t(`forms.${part}`)}
        onChange={() => !locked && onChange({ ...field, [part]: !field[part] })}
      />
      {t(`forms.${part}`)}
    </div>
  );
  return (
    <div className={classes.field}>
      <details className={classes.details}>
        <summary>
          <bdi>{name}</bdi>
        </summary>
        <TextField {...text("label")} maxLength={100} />
        <TextField {...text("help")} maxLength={1000} />
        {box("required")}
        {box("staff_only")}
        {before.length > 0 &&
          (["shown_when", "required_when"] as const).map((part) => (
            <ConditionFields
              key={part}
              label={t(`forms.${part}`)}
              condition={field[part]}
              before={before}
              locked={locked}
              onChange={(condition) => onChange({ ...field, [part]: condition })}
            />
          ))}
        {known && known.options.length > 0 && <Narrowings {...props} known={known} />}
      </details>
      {!locked && (
        <span className={classes.moves}>
          <IconButton icon="up" label={t("forms.up", { name })} onClick={() => onMove(-1)} />
          <IconButton icon="down" label={t("forms.down", { name })} onClick={() => onMove(1)} />
          <IconButton icon="x" label={t("forms.remove", { name })} onClick={onRemove} />
        </span>
      )}
    </div>
  );
}

/** Which options a field offers when; the first rule that holds decides. */
function Narrowings({ field, known, before, locked, onChange }: FormFieldEditorProps) {
  const { t } = useTranslation();
  const rules = field.options ?? [];
  const options = known?.options ?? [];
  const set = (next: FormField["options"]) => onChange({ ...field, options: next });
  return (
    <fieldset className={classes.rule} disabled={locked}>
      <legend className={classes.legend}>{t("forms.options")}</legend>
      <p className={classes.hint}>{t("forms.optionsHint")}</p>
      {rules.map((rule, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no names, and hold no state
        <div key={at} className={classes.narrowing}>
          <ConditionFields
            label={t("forms.offeredWhen")}
            condition={rule.when}
            before={before}
            locked={locked}
            onChange={(when) => set(replaced(rules, at, { ...rule, when }))}
          />
          {options.map(({ key, name }) => (
            <div key={key} className={classes.box}>
              <CheckBox
                checked={rule.options.includes(key)}
                label={name}
                onChange={() =>
                  set(replaced(rules, at, { ...rule, options: toggled(rule.options, key) }))
                }
              />
              <bdi>{name}</bdi>
            </div>
          ))}
          <Button icon="x" onClick={() => set(without(rules, at))}>
            {t("forms.removeRule")}
          </Button>
        </div>
      ))}
      <Button
        icon="plus"
        onClick={() => set([...rules, { options: options.map((one) => one.key), when: null }])}
      >
        {t("forms.addRule")}
      </Button>
    </fieldset>
  );
}

/** The keys with one more or less; the last one stays, as a rule offers something. */
function toggled(keys: readonly string[], key: string): string[] {
  if (!keys.includes(key)) return [...keys, key];
  return keys.length === 1 ? [...keys] : keys.filter((one) => one !== key);
}
