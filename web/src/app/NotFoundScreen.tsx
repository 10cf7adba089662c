import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/States";

/** An address that leads nowhere. */
export function NotFoundScreen() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="search"
      title={t("state.notFound")}
      hint={t("state.notFoundHint")}
      action={
        <Link to="/desk">
          <Button look="line" tabIndex={-1}>
            {t("state.toDesk")}
          </Button>
        </Link>
      }
    />
  );
}
