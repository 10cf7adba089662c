import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useLiveState } from "../live/LiveProvider";
import classes from "./OfflineBanner.module.css";

/** Says that the line is down and how it comes back. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const { state, reconnect } = useLiveState();
  if (state !== "offline" && state !== "displaced") return null;
  const words = state === "offline" && navigator.onLine ? "unanswered" : state;
  return (
    <div className={classes.banner} role="status">
      <Icon name="offline" />
      <span className="grow">{t(`state.${words}`)}</span>
      <Button size="s" onClick={reconnect}>
        {t("state.reconnect")}
      </Button>
    </div>
  );
}
