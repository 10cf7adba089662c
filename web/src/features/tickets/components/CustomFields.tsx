import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { type CustomField, customFieldsQuery, fieldsOf, isFor } from "@/api/customFields";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { FieldInput } from "@/ui/customFields/FieldInput";
import { sentValue, valueText } from "@/ui/customFields/valueText";
import { Form } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { ticketKeys } from "../api";
import classes from "./CustomFields.module.css";

type CustomFieldsProps = { ticket: Ticket; className?: string };

/** A ticket's custom fields: what tickets of its team and type have, each edited in its place. */
export default function CustomFields({ ticket, className }: CustomFieldsProps) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<string | null>(null);
  const all = fieldsOf(useQuery(customFieldsQuery).data, "ticket");
  // A value that the ticket brought from another team is shown as well.
  const fields = all.filter(
    (field) => isFor(field, ticket.team.id, ticket.type) || field.key in ticket.fields,
  );
  if (fields.length === 0) return null;
  return (
    <section className={className} aria-label={t("ticket.customFields")}>
      <h2 className={classes.heading}>{t("ticket.customFields")}</h2>
      <dl className={classes.fields}>
        {fields.map((field) =>
          edited === field.key ? (
            <dd key={field.key} className={classes.editor}>
              <FieldEditor field={field} ticket={ticket} onClose={() => setEdited(null)} />
            </dd>
          ) : (
            <Value
              key={field.key}
              field={field}
              ticket={ticket}
              onEdit={() => setEdited(field.key)}
            />
          ),
        )}
      </dl>
    </section>
  );
}

type ValueProps = { field: CustomField; ticket: Ticket; onEdit: () => void };

function Value({ field, ticket, onEdit }: ValueProps) {
  const { t } = useTranslation();
  const value = ticket.fields[field.key];
  const said = valueText(field, value, t("customFields.yes"), t("customFields.no"));
  const color = typeof value === "string" && field.options.find((one) => one.key === value)?.color;
  return (
    <div className={classes.row}>
      <dt title={field.help || undefined}>
        <bdi>{field.name}</bdi>
      </dt>
      <dd>
        <button
          type="button"
          className={classes.value}
          disabled={!ticket.can.edit}
          aria-label={t("ticket.editField", {
            name: field.name,
            value: said || t("settings.none"),
          })}
          onClick={onEdit}
        >
          {color && <span className={classes.dot} style={{ background: color }} />}
          <bdi className={classes.said}>{said || t("customFields.noValue")}</bdi>
        </button>
        {field.kind === "url" && said && (
          <a href={said} target="_blank" rel="noreferrer noopener" className={classes.link}>
            {t("ticket.openLink")}
          </a>
        )}
      </dd>
    </div>
  );
}

/** Kinds whose one choice is the whole edit. */
const chosenAtOnce = new Set(["choice", "tree", "boolean", "person", "contact", "organization"]);

function FieldEditor({
  field,
  ticket,
  onClose,
}: Omit<ValueProps, "onEdit"> & { onClose: () => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState<unknown>(ticket.fields[field.key] ?? null);
  const save = useSave(field, ticket);
  const send = async (next: unknown) => {
    await save(next);
    onClose();
  };
  const onChange = (next: unknown) => {
    setValue(next);
    if (!chosenAtOnce.has(field.kind)) return;
    void send(next).catch((error: unknown) => toast.show({ message: asProblem(error).message }));
  };
  return (
    <Form onSubmit={() => send(value)} label={field.name} className={classes.form}>
      {(busy) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: escape leaves, wherever the focus is within
        <div
          className={classes.inputs}
          ref={focusFirst}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            onClose();
          }}
        >
          <FieldInput field={field} value={value} onChange={onChange} />
          <div className={classes.buttons}>
            <Button size="s" onClick={onClose}>
              {t("dialog.cancel")}
            </Button>
            {!chosenAtOnce.has(field.kind) && (
              <Button type="submit" size="s" look="gold" busy={busy}>
                {t("settings.save")}
              </Button>
            )}
          </div>
        </div>
      )}
    </Form>
  );
}

function focusFirst(element: HTMLElement | null) {
  element?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
}

function useSave(field: CustomField, { number, fields }: Ticket) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const saved = useSaved();
  return async (value: unknown) => {
    const sent = sentValue(value);
    if (sent === (sentValue(fields[field.key]) ?? null)) return;
    const written = await write(
      client.PATCH("/api/v1/tickets/{number}", {
        params: { path: { number } },
        body: { fields: { [field.key]: sent } },
      }),
    );
    const said = valueText(field, value, t("customFields.yes"), t("customFields.no"));
    saved(
      written,
      t("ticket.done.property", { property: field.name, name: said || t("settings.none") }),
      [ticketKeys.history(number), ticketKeys.lists],
    );
    await queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number), exact: true });
  };
}
