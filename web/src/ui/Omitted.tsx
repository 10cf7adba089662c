import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import classes from "./Omitted.module.css";

type OmittedProps = {
  /** What the mail holds and the message does not show. */
  omitted: ("text" | "html" | "images" | "encoded" | "unreadable")[] | undefined;
  /** Where the original mail is, for those who may have it. */
  originalUrl?: string | null;
};

/** A quiet line that says what of a mail is not shown, and leads to the original. */
export function Omitted({ omitted, originalUrl }: OmittedProps) {
  const { t } = useTranslation();
  if (!omitted?.length) return null;
  return (
    <p className={classes.line}>
      <Icon name="file" size={14} />
      <span>{omitted.map((one) => t(`omitted.${one}`)).join(" ")}</span>
      {originalUrl && (
        <a href={originalUrl} download className={classes.link}>
          {t("omitted.showOriginal")}
        </a>
      )}
    </p>
  );
}
