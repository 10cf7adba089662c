import { useNetwork } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import classes from "./LineNotice.module.css";

/** Says that what is shown may be old, because the line or the server is away. */
export function LineNotice({ failing, onRetry }: { failing: boolean; onRetry: () => void }) {
  const { t } = useTranslation();
  const { online } = useNetwork();
  if (online && !failing) return null;
  return (
    <p className={classes.notice} role="status">
      <Icon name="offline" />
      <span className="grow">{online ? t("portal.stale") : t("portal.offline")}</span>
      <Button size="s" onClick={onRetry}>
        {t("state.tryAgain")}
      </Button>
    </p>
  );
}
