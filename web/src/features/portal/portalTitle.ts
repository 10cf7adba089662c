import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { portalQuery } from "./api";

/** Names a page that is a form alone, in the language around it; not a page that has another name. */
export function usePortalTitle(isAlone = true): void {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  useDocumentTitle(isAlone ? t("portal.home", { name: home?.workspace_name ?? "ATUM DESK" }) : "");
}
