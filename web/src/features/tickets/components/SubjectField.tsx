import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import classes from "./SubjectField.module.css";

const LONGEST = 500;

/** The subject; a click makes it a field, enter keeps it, escape leaves it as it was. */
export function SubjectField({
  ticket,
  onSave,
}: {
  ticket: Ticket;
  onSave: (subject: string) => void;
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const editing = draft !== null;
  useEffect(() => {
    if (editing) field.current?.select();
  }, [editing]);
  if (draft === null) {
    return (
      <h1 className={classes.subject} dir="auto">
        {ticket.can.edit ? (
          <button
            type="button"
            className={classes.button}
            title={t("ticket.editSubject")}
            onClick={() => setDraft(ticket.subject)}
          >
            {ticket.subject}
          </button>
        ) : (
          ticket.subject
        )}
      </h1>
    );
  }
  const keep = () => {
    onSave(draft.replace(/\s+/g, " ").trim());
    setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      keep();
    } else if (event.key === "Escape") {
      setDraft(null);
    }
  };
  return (
    <textarea
      ref={field}
      className={classes.field}
      value={draft}
      rows={1}
      maxLength={LONGEST}
      dir="auto"
      aria-label={t("ticket.subject")}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={keep}
    />
  );
}
