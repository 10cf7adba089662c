import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useDeskDialogs } from "./dialogs";
import classes from "./FirstSteps.module.css";
import { type SetupStep, setupKeys } from "./setupSteps";
import "./setupTexts";

const places = {
  mailbox: "/desk/settings/mailboxes",
  people: "/desk/settings/people",
  teams: "/desk/settings/teams",
} as const;

/** What an administrator of a new desk does first; each step is ticked by the desk's own state. */
export function FirstSteps({ done }: { done: Record<SetupStep, boolean> }) {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const count = setupKeys.filter((key) => done[key]).length;
  return (
    <section className={classes.steps} aria-label={t("setup.title")}>
      <h2 className={classes.title}>{t("setup.title")}</h2>
      <p className={classes.hint}>{t("setup.done", { count, of: String(setupKeys.length) })}</p>
      <ol className={classes.list}>
        {setupKeys.map((key) => (
          <li key={key} className={classes.step} data-done={done[key] || undefined}>
            <span className={classes.mark}>
              {done[key] && <Icon name="check" label={t("setup.ticked")} />}
            </span>
            <span className={classes.words}>
              <b>{t(`setup.${key}`)}</b>
              <small>{t(`setup.${key}Hint`)}</small>
            </span>
            {key === "ticket" ? (
              <Button look="line" onClick={() => dialogs.open("new-ticket")}>
                {t("setup.ticketDo")}
              </Button>
            ) : (
              <Link to={places[key]} search={{}} className={classes.go}>
                {t(`setup.${key}Do`)}
              </Link>
            )}
          </li>
        ))}
      </ol>
      <p className={classes.hint}>
        {t("setup.portal")} <a href="/">{location.origin}</a>
      </p>
    </section>
  );
}
