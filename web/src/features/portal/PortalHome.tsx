import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Wordmark } from "@/ui/Brand";

/** The portal's first page. */
export function PortalHome() {
  const { t } = useTranslation();
  return (
    <main>
      <Wordmark />
      <h1>{t("portal.title")}</h1>
      <Link to="/sign-in" search={{}}>
        {t("portal.signIn")}
      </Link>
    </main>
  );
}
