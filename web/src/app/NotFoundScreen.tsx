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
        // A whole load: the desk is another application than the portal.
        <a href="/desk">
          <Button look="line" tabIndex={-1}>
            {t("state.toDesk")}
          </Button>
        </a>
      }
    />
  );
}
