import { useTranslation } from "react-i18next";
import { useStaff } from "@/api/directory";
import { Button, IconButton } from "@/ui/Button";
import { SelectField, SwitchField, TextField, useFieldError } from "@/ui/Form";
import type { TemplateItem } from "./api";
import classes from "./Checklists.module.css";

type TemplateItemsProps = {
  items: TemplateItem[];
  onChange: (items: TemplateItem[]) => void;
  /** What a new item begins as. */
  none: TemplateItem;
};

const MOST_ITEMS = 100;
const MINUTES_OF_HOUR = 60;
const MOST_HOURS = 24 * 366;

/** The items of a template in order; each is due so many hours after it is added to a ticket. */
export function TemplateItems({ items, onChange, none }: TemplateItemsProps) {
  const { t } = useTranslation();
  const error = useFieldError("items");
  const put = (place: number, part: Partial<TemplateItem>) =>
    onChange(items.map((one, at) => (at === place ? { ...one, ...part } : one)));
  return (
    <fieldset className={classes.items}>
      <legend>{t("checklistTemplates.items")}</legend>
      {error && <p role="alert">{error}</p>}
      {items.map((item, place) => (
        <ItemFields
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no ids, and what is typed stays in its field
          key={place}
          item={item}
          place={place}
          onChange={(part) => put(place, part)}
          onDrop={() => onChange(items.filter((_, at) => at !== place))}
        />
      ))}
      {items.length < MOST_ITEMS && (
        <Button type="button" icon="plus" onClick={() => onChange([...items, none])}>
          {t("checklistTemplates.newItem")}
        </Button>
      )}
    </fieldset>
  );
}

type ItemFieldsProps = {
  item: TemplateItem;
  place: number;
  onChange: (part: Partial<TemplateItem>) => void;
  onDrop: () => void;
};

function ItemFields({ item, place, onChange, onDrop }: ItemFieldsProps) {
  const { t } = useTranslation();
  const staff = useStaff();
  const hours = item.due_minutes ? Math.ceil(item.due_minutes / MINUTES_OF_HOUR) : "";
  return (
    <div className={classes.templateItem}>
      <TextField
        name={`text-${place}`}
        className={classes.wide}
        label={t("checklist.item.text")}
        maxLength={500}
        value={item.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
      />
      <SelectField
        name={`person-${place}`}
        label={t("checklist.item.person")}
        data={[
          { value: "", label: t("checklist.item.nobody") },
          ...staff.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        value={String(item.person_id ?? "")}
        onChange={(event) => {
          const id = event.currentTarget.value;
          onChange({ person_id: id ? Number(id) : null });
        }}
      />
      <TextField
        name={`hours-${place}`}
        type="number"
        min={1}
        max={MOST_HOURS}
        label={t("checklistTemplates.hours")}
        value={hours}
        onChange={(event) => {
          const typed = Math.min(Number(event.currentTarget.value), MOST_HOURS);
          onChange({ due_minutes: typed > 0 ? Math.round(typed * MINUTES_OF_HOUR) : null });
        }}
      />
      <div className={classes.ends}>
        <SwitchField
          name={`required-${place}`}
          label={t("checklist.required")}
          checked={item.required}
          onChange={(event) => onChange({ required: event.currentTarget.checked })}
        />
        <IconButton
          icon="x"
          size="s"
          type="button"
          label={t("checklistTemplates.dropItem", {
            text: item.text || t("checklistTemplates.nameless"),
          })}
          onClick={onDrop}
        />
      </div>
    </div>
  );
}
