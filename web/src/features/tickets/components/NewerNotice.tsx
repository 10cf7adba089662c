import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import type { Newer } from "../newerMessages";
import classes from "./NewerNotice.module.css";

/** Says that others wrote since this person began to write, and leads there. */
export function NewerNotice({ newer }: { newer: Newer }) {
  const { t } = useTranslation();
  const last = newer.messages.at(-1);
  if (!last) return null;
  const show = () => {
    document.getElementById(`message-${last.id}`)?.scrollIntoView({ block: "center" });
    newer.see();
  };
  return (
    <p className={classes.notice} role="status">
      <Icon name="bell" />
      <span className="grow">{t("composer.newer", { name: last.author.name })}</span>
      <Button size="s" onClick={show}>
        {t("composer.showNewer")}
      </Button>
    </p>
  );
}
