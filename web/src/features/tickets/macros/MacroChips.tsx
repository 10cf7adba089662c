import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useTemplates } from "@/api/checklistTemplates";
import { client, read } from "@/api/client";
import { useStaff, useStatuses, useTeams } from "@/api/directory";
import { macroKeys } from "@/api/macros";
import { withNotices } from "@/api/notice";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { ticketKeys } from "../api";
import type { AppliedMacro, useDraft } from "../draft";
import { actionText } from "./actionText";
import classes from "./MacroChips.module.css";
import "./texts";

type MacroChipsProps = {
  ticket: Ticket;
  draft: ReturnType<typeof useDraft>;
  refusal: string | null;
};

/** What a macro will do beside the text, each to be taken out before it is sent. */
export function MacroChips({ ticket, draft, refusal }: MacroChipsProps) {
  const { t } = useTranslation();
  const { macro } = draft.draft;
  const adds = macro?.actions.some((one) => one.do === "checklist") === true;
  const names = {
    teams: useTeams(),
    staff: useStaff(),
    statuses: useStatuses(),
    templates: useTemplates(adds),
  };
  const apply = useApply(ticket, draft);
  const put = (part: Partial<AppliedMacro>) =>
    macro && draft.change({ macro: { ...macro, ...part } });
  const told = refusal ?? (apply.error && asProblem(apply.error).message);
  return (
    <>
      {told && (
        <p className={classes.refusal} role="alert">
          {t("macros.failed", { reason: told })}
        </p>
      )}
      {macro && (
        <section className={classes.chips} aria-label={t("macros.chips", { name: macro.name })}>
          <span className={classes.name}>{macro.name}</span>
          {macro.actions.map((action) => (
            <Chip
              key={JSON.stringify(action)}
              text={actionText(action, names, t)}
              onDrop={() => put({ actions: macro.actions.filter((one) => one !== action) })}
            />
          ))}
          {macro.files.map((file) => (
            <Chip
              key={file.id}
              text={t("macros.action.file", { name: file.filename })}
              onDrop={() => put({ files: macro.files.filter((one) => one !== file) })}
            />
          ))}
          {draft.isEmpty && macro.kind === "none" && macro.actions.length > 0 && (
            <Button size="s" disabled={apply.isPending} onClick={() => apply.mutate(macro)}>
              {t("macros.apply", { name: macro.name })}
            </Button>
          )}
          <IconButton
            icon="x"
            size="s"
            label={t("macros.forget", { name: macro.name })}
            onClick={() => draft.change({ macro: null })}
          />
        </section>
      )}
    </>
  );
}

function Chip({ text, onDrop }: { text: string; onDrop: () => void }) {
  const { t } = useTranslation();
  return (
    <span className={classes.chip}>
      <span className={classes.text} dir="auto">
        {text}
      </span>
      <IconButton icon="x" size="s" label={t("macros.drop", { what: text })} onClick={onDrop} />
    </span>
  );
}

/** Applies a macro's actions without a message; the toast takes them back as one. */
function useApply(ticket: Ticket, draft: ReturnType<typeof useDraft>) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { number } = ticket;
  return useMutation({
    mutationFn: ({ id, actions }: AppliedMacro) =>
      read(
        client.POST("/api/v1/tickets/{number}/macros/{macro_id}", {
          params: { path: { number, macro_id: id } },
          body: { actions },
        }),
      ),
    onSuccess: ({ change_id, ticket: changed }, macro) => {
      draft.change({ macro: null });
      if (change_id === null) {
        toast.show({ message: t("macros.unchanged") });
        return;
      }
      offerUndo(queryClient, {
        changeId: change_id,
        message: withNotices(t("macros.applied", { name: macro.name }), changed?.notices),
        onUndone: () => draft.change({ macro }),
      });
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.lists });
      void queryClient.invalidateQueries({ queryKey: macroKeys.all });
    },
  });
}
