import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useUndo } from "@/features/changes/undo";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { TimeStamp } from "@/ui/RelativeTime";
import { EmptyState } from "@/ui/States";
import { type Change, changesQuery, usePages } from "../api";
import { ListState } from "../components/ListState";
import { Page, useLocked } from "../components/Page";
import classes from "./ChangesPage.module.css";
import { changeSentence, viaText } from "./sentence";

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
        answer={answer}
        empty={<EmptyState icon="clock" title={t("changes.empty")} hint={t("changes.emptyHint")} />}
        row={(change) => <ChangeRow key={change.id} change={change} />}
      />
    </Page>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { t } = useTranslation();
  const { undo } = useUndo();
  const sentence = changeSentence(change, t);
  const actor = change.actor?.name ?? t("changes.system");
  return (
    <li className={classes.row} data-undone={change.undone || undefined}>
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
          {viaText(change, t)}
          {change.undone && ` (${t("changes.undone")})`}
        </span>
      </p>
      <TimeStamp at={change.at} className={classes.time} />
      <span className={classes.end}>
        {change.can_undo && (
          <Button
            size="s"
            icon="undo"
            aria-label={t("changes.undoOf", { sentence: `${actor} ${sentence}` })}
            onClick={() => void undo({ changeId: change.id })}
          >
            {t("changes.undo")}
          </Button>
        )}
      </span>
    </li>
  );
}
