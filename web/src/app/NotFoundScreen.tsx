import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/States";
import classes from "./NotFoundScreen.module.css";

/** An address that leads nowhere, and the way from here: to the desk unless `action` is another. */
export function NotFoundScreen({ action = <ToDesk /> }: { action?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <main>
      <EmptyState
        icon="search"
        heading="h1"
        title={t("state.notFound")}
        hint={t("state.notFoundHint")}
        action={action}
      />
    </main>
  );
}

/** A whole load: the desk is another application than the portal. */
function ToDesk() {
  const { t } = useTranslation();
  return (
    <a href="/desk" className={classes.way}>
      {t("state.toDesk")}
    </a>
  );
}
