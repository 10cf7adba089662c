import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "@/lib/keyboard";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { Bar, Pane } from "@/ui/Pane";
import { ToastSlot } from "@/ui/ToastSlot";
import { ConditionField } from "../components/ConditionField";
import type { ListedView } from "../search";
import { Audience } from "./Audience";
import type { View } from "./api";
import { Builder } from "./Builder";
import classes from "./EditorForm.module.css";
import { Preview } from "./Preview";
import { useViewName } from "./shownView";
import { useConditionForms } from "./useConditionForms";
import { useSaveView } from "./useSaveView";
import { useViewDraft } from "./useViewDraft";

type EditorFormProps = {
  /** Without one a view is added. */
  view?: View;
  /** What a new one begins like. */
  model?: View;
  /** A search that is saved as a view, beside the condition of the model. */
  q?: string;
};

/** The condition in both of its forms beside who sees it, over a preview of the tickets. */
export function EditorForm({ view, model, q }: EditorFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const nameOf = useViewName();
  const [asking, ask] = useDisclosure(false);
  const begin = beginningOf(view, model, q);
  const forms = useConditionForms(begin);
  const draft = useViewDraft(view, model, view ? nameOf(view) : "");
  const locked = view !== undefined && !view.can_edit;
  const isDirty = Object.keys(draft.changes).length > 0 || forms.text.trim() !== begin.trim();
  const leave = (listed?: string) =>
    void navigate({
      to: "/desk/tickets",
      search: { view: (listed ?? view?.listed_as ?? model?.listed_as) as ListedView | undefined },
    });
  const saving = useSaveView({ view, draft, forms, onDone: leave });
  const cancel = () => (isDirty ? ask.open() : leave());
  const mayHold = forms.isWhole && forms.wrong === null && draft.draft.name.trim() !== "";
  const canSave = mayHold && !locked && (isDirty || !view);
  useKeys({ "mod+s": () => (canSave ? saving.save() : undefined), Escape: cancel });
  return (
    <Pane as="main" label={view ? nameOf(view) : t("viewEditor.new")}>
      <Bar wraps>
        <h1 className="vh">{view ? t("views.edit") : t("viewEditor.new")}</h1>
        <input
          className={classes.name}
          aria-label={t("viewEditor.name")}
          placeholder={t("viewEditor.nameHint")}
          dir="auto"
          maxLength={100}
          value={draft.draft.name}
          disabled={locked}
          // biome-ignore lint/a11y/noAutofocus: a new view begins with its name
          autoFocus={!view}
          onChange={(event) => draft.set({ name: event.currentTarget.value })}
        />
        <span className="grow" />
        {view && !locked && (
          <Button look="danger" busy={saving.busy} onClick={saving.remove}>
            {t("viewEditor.delete")}
          </Button>
        )}
        <Button onClick={cancel}>{t("viewEditor.cancel")}</Button>
        {view && (
          <Button look="line" busy={saving.busy} disabled={!mayHold} onClick={saving.saveAs}>
            {t("viewEditor.saveAs")}
          </Button>
        )}
        {!locked && (
          <Button
            look="gold"
            shortcut="Ctrl S"
            busy={saving.busy}
            disabled={!canSave}
            onClick={saving.save}
          >
            {t("viewEditor.save")}
          </Button>
        )}
      </Bar>
      <div className={classes.scroll}>
        {locked && <p className={classes.note}>{t("viewEditor.notEditable")}</p>}
        <div className={classes.sides}>
          <ConditionSide forms={forms} />
          <Audience draft={draft.draft} set={draft.set} locked={locked} view={view} />
        </div>
        <Preview forms={forms} sort={draft.draft.sort} />
      </div>
      <ToastSlot />
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("viewEditor.discard")}
        what={t("viewEditor.discardWhat")}
        confirmLabel={t("viewEditor.discard")}
        onConfirm={() => leave()}
      />
    </Pane>
  );
}

/** What the condition begins with: the view's, or that of a model beside what was searched for. */
function beginningOf(view: View | undefined, model: View | undefined, q: string | undefined) {
  const text = (view ?? model)?.text ?? "";
  if (view || !q) return text;
  return text ? `(${text}) (${q})` : q;
}

function ConditionSide({ forms }: { forms: ReturnType<typeof useConditionForms> }) {
  const { t } = useTranslation();
  const errorId = useId();
  return (
    <section className={classes.condition} aria-label={t("viewEditor.conditions")}>
      <h2 className={classes.heading}>{t("viewEditor.conditions")}</h2>
      <Builder forms={forms} />
      <p className={classes.quiet}>{t("viewEditor.moveHint")}</p>
      <h2 className={classes.heading}>{t("viewEditor.text")}</h2>
      <div className={classes.text}>
        <ConditionField
          label={t("viewEditor.text")}
          text={forms.text}
          errorId={forms.wrong ? errorId : undefined}
          isSame={(one, other) => one.trim() === other.trim()}
          onText={forms.setText}
          onTyped={forms.setText}
        />
      </div>
      <p className={classes.quiet}>{t("viewEditor.textHint")}</p>
      {forms.wrong && (
        <p id={errorId} role="alert" className={classes.wrong}>
          {forms.wrong.message}
        </p>
      )}
      {!forms.isWhole && <p className={classes.quiet}>{t("viewEditor.incomplete")}</p>}
    </section>
  );
}
