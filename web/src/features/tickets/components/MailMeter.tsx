import { useTranslation } from "react-i18next";
import { sizeText } from "@/lib/sizes";
import type { MailSize } from "../mailSize";
import classes from "./MailMeter.module.css";

const WHOLE = 100;

/** How much of what the relay takes the mail needs. */
export function MailMeter({ size }: { size: MailSize }) {
  const { t, i18n } = useTranslation();
  const percent = Math.round((WHOLE * size.bytes) / size.limitBytes);
  const words = {
    size: sizeText(size.bytes, i18n.language),
    limit: sizeText(size.limitBytes, i18n.language),
  };
  return (
    <div className={classes.size} data-state={size.state}>
      {t("mailSize.of", words)}
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter is not drawn in the colours of the themes */}
      <span
        className={classes.meter}
        role="meter"
        aria-label={t("mailSize.label")}
        aria-valuemin={0}
        aria-valuemax={WHOLE}
        aria-valuenow={Math.min(percent, WHOLE)}
        aria-valuetext={t("mailSize.of", words)}
      >
        <i style={{ inlineSize: `${Math.min(percent, WHOLE)}%` }} />
      </span>
    </div>
  );
}
