import { useTranslation } from "react-i18next";
import { stampText } from "@/lib/time";
import { CheckBox } from "@/ui/CheckBox";
import type { useReorder } from "@/ui/reorder";
import type { ChecklistItem } from "./api";
import classes from "./Checklists.module.css";

type ItemLineProps = {
  item: ChecklistItem;
  mayEdit: boolean;
  /** What lets it be dragged, or moved by keys. */
  moving: ReturnType<ReturnType<typeof useReorder>> | undefined;
  onCheck: () => void;
  onEdit: () => void;
};

/** One thing to do: whether it is done, for whom, until when, and by whom it was done. */
export function ItemLine({ item, mayEdit, moving, onCheck, onEdit }: ItemLineProps) {
  const { t } = useTranslation();
  const done = item.done_at !== null;
  const { onKeyDown, "aria-keyshortcuts": shortcuts, ...dragged } = moving ?? {};
  return (
    <li className={classes.item} {...dragged}>
      <span className={classes.box}>
        {mayEdit ? (
          <CheckBox checked={done} label={item.text} onChange={onCheck} />
        ) : (
          <span aria-hidden>{done ? "✓" : "○"}</span>
        )}
      </span>
      <button
        type="button"
        className={classes.words}
        data-done={done || undefined}
        disabled={!mayEdit}
        aria-label={mayEdit ? t("checklist.item.open", { text: item.text }) : undefined}
        aria-keyshortcuts={shortcuts}
        title={mayEdit ? t("checklist.item.moveHint") : undefined}
        onKeyDown={onKeyDown}
        onClick={onEdit}
      >
        <bdi className={classes.text}>{item.text}</bdi>
        <About item={item} />
      </button>
    </li>
  );
}

function About({ item }: { item: ChecklistItem }) {
  const { t, i18n } = useTranslation();
  const stamp = (at: string) => stampText(Date.parse(at), Date.now(), i18n.language);
  const { person, due_at, done_at, done_by, required } = item;
  if (done_at !== null) {
    const said = done_by
      ? t("checklist.item.doneBy", { name: done_by.name, moment: stamp(done_at) })
      : stamp(done_at);
    return <span className={classes.more}>{said}</span>;
  }
  const due = due_at && t("checklist.item.dueAt", { moment: stamp(due_at) });
  const isLate = due_at !== null && Date.parse(due_at) < Date.now();
  const mark = required && t("checklist.requiredMark");
  if (!person && !due && !mark) return null;
  const quiet = [person?.name, mark].filter(Boolean).join(" · ");
  return (
    <span className={classes.more}>
      <bdi>{quiet}</bdi>
      {quiet && due && " · "}
      {due && <span className={isLate ? classes.late : undefined}>{due}</span>}
    </span>
  );
}
