import "./texts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { IconButton } from "@/ui/Button";
import { useReorder } from "@/ui/reorder";
import { addItem, type Checklist, changeItem, checklistsQuery, useStep } from "./api";
import { ChecklistDialog } from "./ChecklistDialog";
import classes from "./Checklists.module.css";
import { ItemDialog } from "./ItemDialog";
import { ItemLine } from "./ItemLine";

type PanelProps = { ticket: Ticket; className?: string };

/** What is to be done on a ticket: each checklist with its items. */
export default function ChecklistPanel({ ticket, className }: PanelProps) {
  const { t } = useTranslation();
  const { open } = useDeskDialogs();
  const { number } = ticket;
  const answer = useQuery(checklistsQuery(number)).data;
  const [renamed, setRenamed] = useState<number | null>(null);
  const [edited, setEdited] = useState<[checklist: number, item: number] | null>(null);
  if (!answer) return null;
  const mayEdit = answer.can_edit && ticket.merged_into === null;
  if (answer.items.length === 0 && !mayEdit) return null;
  const named = answer.items.find(({ id }) => id === renamed);
  const holder = answer.items.find(({ id }) => id === edited?.[0]);
  const item = holder?.items.find(({ id }) => id === edited?.[1]);
  return (
    <section className={className} aria-label={t("checklist.title")}>
      <h2 className={classes.heading}>
        {t("checklist.title")}
        {mayEdit && (
          <IconButton
            icon="plus"
            size="s"
            label={t("checklist.add")}
            onClick={() => open("checklist", number)}
          />
        )}
      </h2>
      {answer.items.length === 0 && <p className={classes.quiet}>{t("checklist.none")}</p>}
      {answer.items.map((one) => (
        <List
          key={one.id}
          number={number}
          checklist={one}
          mayEdit={mayEdit}
          onRename={() => setRenamed(one.id)}
          onEdit={(id) => setEdited([one.id, id])}
        />
      ))}
      {named && (
        <ChecklistDialog number={number} checklist={named} onClose={() => setRenamed(null)} />
      )}
      {holder && item && (
        <ItemDialog
          number={number}
          checklistId={holder.id}
          item={item}
          onClose={() => setEdited(null)}
        />
      )}
    </section>
  );
}

type ListProps = {
  number: number;
  checklist: Checklist;
  mayEdit: boolean;
  onRename: () => void;
  onEdit: (item: number) => void;
};

function List({ number, checklist, mayEdit, onRename, onEdit }: ListProps) {
  const { t } = useTranslation();
  const step = useStep(number);
  const { id, name, items } = checklist;
  const done = items.filter((one) => one.done_at !== null).length;
  const ids = items.map((one) => one.id);
  const reorder = useReorder(ids, (order, moved) => {
    const item = items.find((one) => one.id === moved);
    if (!item) return;
    const at = { number, checklist_id: id, item_id: moved };
    step.mutate({
      run: () => changeItem(at, { place: order.indexOf(moved) }),
      said: t("checklist.item.moved", { text: item.text }),
    });
  });
  const words = t("checklist.progressOf", { name, done: String(done), total: items.length });
  return (
    <div>
      <h3 className={classes.name}>
        <bdi className="cut grow">{name}</bdi>
        <span className={classes.count}>
          <span aria-hidden>
            {t("checklist.progress", { done: String(done), total: String(items.length) })}
          </span>
          <span className="vh">{words}</span>
        </span>
        {mayEdit && (
          <IconButton
            icon="pen"
            size="s"
            label={t("checklist.edit", { name })}
            onClick={onRename}
          />
        )}
      </h3>
      {items.length > 0 && (
        <div className={classes.bar} aria-hidden>
          <span style={{ inlineSize: `${(100 * done) / items.length}%` }} />
        </div>
      )}
      <ul>
        {items.map((item) => (
          <ItemLine
            key={item.id}
            item={item}
            mayEdit={mayEdit}
            moving={mayEdit ? reorder(item.id) : undefined}
            onCheck={() =>
              step.mutate({
                run: () =>
                  changeItem(
                    { number, checklist_id: id, item_id: item.id },
                    { done: item.done_at === null },
                  ),
                said: t(item.done_at === null ? "checklist.item.done" : "checklist.item.undone", {
                  text: item.text,
                }),
              })
            }
            onEdit={() => onEdit(item.id)}
          />
        ))}
      </ul>
      {mayEdit && (
        <NewItem
          name={name}
          onAdd={(text) =>
            step.mutateAsync({
              run: () => addItem({ number, checklist_id: id }, text),
              said: t("checklist.item.added", { text }),
            })
          }
        />
      )}
    </div>
  );
}

/** A field that adds an item by enter, and stays for the next one. */
function NewItem({ name, onAdd }: { name: string; onAdd: (text: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const add = async () => {
    const given = text.trim();
    if (!given) return;
    setText("");
    // What was refused is there to be sent again.
    await onAdd(given).catch(() => setText(given));
  };
  return (
    <input
      type="text"
      dir="auto"
      className={classes.new}
      aria-label={t("checklist.item.new", { name })}
      placeholder={t("checklist.item.placeholder")}
      maxLength={500}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        void add();
      }}
    />
  );
}
