import { useTranslation } from "react-i18next";
import { SelectField } from "./Form";

type QuotedFieldProps = {
  /** Null: as the mailbox says. */
  value: number | null;
  description?: string;
  offersMailbox?: boolean;
  onChange: (count: number | null) => void;
};

const AS_MAILBOX = "mailbox";
const usual = [0, 1, 2, 3, 5];

/** How many messages of the ticket a mail quotes. */
export function QuotedField({ value, description, offersMailbox, onChange }: QuotedFieldProps) {
  const { t } = useTranslation();
  const counts = value === null || usual.includes(value) ? usual : [...usual, value].sort();
  const own = counts.map((count) => ({
    value: String(count),
    label: t("outgoing.quoted", { count }),
  }));
  return (
    <SelectField
      name="quoted_messages"
      label={t("outgoing.quotedLabel")}
      description={description}
      value={value === null ? AS_MAILBOX : String(value)}
      data={offersMailbox ? [{ value: AS_MAILBOX, label: t("outgoing.asMailbox") }, ...own] : own}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === AS_MAILBOX ? null : Number(currentTarget.value))
      }
    />
  );
}
