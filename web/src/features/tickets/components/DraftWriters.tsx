import { useTranslation } from "react-i18next";
import { Avatar } from "@/ui/Avatar";
import { RelativeTime } from "@/ui/RelativeTime";
import type { DraftWriter } from "../draftSync";
import classes from "./DraftWriters.module.css";

/** Which colleagues have begun to write on the ticket, so that nobody answers twice. */
export function DraftWriters({ writers }: { writers: readonly DraftWriter[] }) {
  const { t } = useTranslation();
  if (writers.length === 0) return null;
  return (
    <ul className={classes.writers} aria-label={t("draft.others")}>
      {writers.map((one) => (
        <li key={`${one.person_id}-${one.kind}`} className={classes.writer}>
          <Avatar id={one.person_id} name={one.name} size="xs" />
          <bdi className="cut">{t(`draft.writes.${one.kind}`, { name: one.name })}</bdi>
          <RelativeTime at={one.updated_at} />
        </li>
      ))}
    </ul>
  );
}
