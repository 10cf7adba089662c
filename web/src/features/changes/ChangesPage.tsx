import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { undoRefusalText, useUndo } from "@/api/undo";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { Avatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { TimeStamp } from "@/ui/RelativeTime";
import { EmptyState } from "@/ui/States";
import { UndoButton } from "@/ui/UndoButton";
import { type Change, changesQuery } from "./api";
import classes from "./ChangesPage.module.css";
import { changeSentence, viaText } from "./changeSentence";
import { asRuns } from "./runs";

const PERMISSION = "audit:read";

/** Everything that was done, by whom, with a way back. */
export function ChangesPage() {
  const { t } = useTranslation();
  const onlySome = useLocked(PERMISSION);
  const answer = usePages(changesQuery);
  return (
    <Page section="changes">
      <p className={classes.hint}>
        {onlySome ? t("changes.onlySome", { permission: PERMISSION }) : t("changes.hint")}
      </p>
      <ListState
        answer={{ ...answer, data: answer.data && asRuns(answer.data) }}
        empty={<EmptyState icon="clock" title={t("changes.empty")} hint={t("changes.emptyHint")} />}
        row={(run) => <RunRow key={run[0]?.id} run={run} />}
      />
    </Page>
  );
}

/** A change, or those that a rule or an undo made at once: one line, taken back as one. */
function RunRow({ run }: { run: Change[] }) {
  const { t, i18n } = useTranslation();
  const { undo } = useUndo();
  const [change] = run;
  if (!change) return null;
  const sentences = [...new Set(run.toReversed().map((one) => changeSentence(one, t)))];
  const sentence = new Intl.ListFormat(i18n.language).format(sentences);
  const actor = change.actor?.name ?? t("changes.system");
  const undone = run.every((one) => one.undone);
  const scope = run.length > 1 ? "run" : "change";
  const refusal = scope === "run" ? change.run_undo_refusal : change.undo_refusal;
  return (
    <li className={classes.row} data-undone={undone || undefined}>
      {change.actor ? (
        <Avatar id={change.actor.id} name={actor} />
      ) : (
        <Icon name="bolt" className={classes.system} />
      )}
      <p className={classes.words}>
        <bdi className={classes.actor}>{actor}</bdi> <span>{sentence}</span>{" "}
        {change.ticket_number !== null && (
          <Link
            to="/desk/tickets/$number"
            params={{ number: change.ticket_number }}
            search={{}}
            className={classes.ticket}
          >
            #{change.ticket_number}
          </Link>
        )}{" "}
        <span className={classes.quiet}>
          {run.length > 1 && `${t("changes.run", { count: run.length })} `}
          {viaText(change, t)}
          {undone && ` (${t("changes.undone")})`}
        </span>
      </p>
      <TimeStamp at={change.at} className={classes.time} />
      <span className={classes.end}>
        {!undone && (
          <UndoButton
            label={t("changes.undoOf", { sentence: `${actor} ${sentence}` })}
            refusal={undoRefusalText(refusal ?? null)}
            onUndo={() => void undo({ changeId: change.id, scope })}
          >
            {t("changes.undo")}
          </UndoButton>
        )}
      </span>
    </li>
  );
}
