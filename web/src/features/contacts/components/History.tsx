import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useUndo } from "@/api/undo";
import { settingsTexts } from "@/locales/en/settingsTexts";
import { RelativeTime } from "@/ui/RelativeTime";
import { UndoButton } from "@/ui/UndoButton";
import { type ChangeAbout, changesAboutQuery, type Subject } from "../api";
import classes from "./History.module.css";
import { SideSection } from "./SideSection";

type KnownCommand = keyof typeof settingsTexts.changes.what;

/** Who changed what lately, each with its way back. */
export function History({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const { data } = useQuery(changesAboutQuery(subject));
  return (
    <SideSection title={t("contactPage.history")}>
      {data?.length === 0 && <p className={classes.quiet}>{t("contactPage.noHistory")}</p>}
      <ol className={classes.list}>
        {data?.map((change) => (
          <Change key={change.change_id} change={change} />
        ))}
      </ol>
    </SideSection>
  );
}

function Change({ change }: { change: ChangeAbout }) {
  const { t } = useTranslation();
  const { undo } = useUndo();
  const key = change.command.replaceAll(".", "_");
  const what =
    key in settingsTexts.changes.what
      ? t(`changes.what.${key as KnownCommand}`, { name: "" }).trim()
      : change.command;
  const actor = change.actor?.name ?? t("changes.system");
  return (
    <li className={classes.change}>
      <span className={classes.words}>
        <bdi>{actor}</bdi> {what}
      </span>
      <RelativeTime at={change.at} className={classes.quiet} />
      <UndoButton
        label={t("contactPage.undo", { what: `${actor} ${what}` })}
        refusal={null}
        onUndo={() => void undo({ changeId: change.change_id })}
        className={classes.undo}
      />
    </li>
  );
}
