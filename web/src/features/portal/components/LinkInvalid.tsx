import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { EmptyState } from "@/ui/States";
import classes from "./LinkInvalid.module.css";

/** A link that opens nothing: what to do instead. */
export function LinkInvalid() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="link"
      heading="h1"
      title={t("request.invalid")}
      hint={t("request.invalidHint")}
      action={<AskLink />}
    />
  );
}

/** The way to the form. */
export function AskLink() {
  const { t } = useTranslation();
  return (
    <Link href="/" className={classes.ask}>
      {t("request.ask")}
    </Link>
  );
}
