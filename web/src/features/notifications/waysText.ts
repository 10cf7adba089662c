import type { TFunction } from "i18next";
import type { Ways } from "./api";

/** How somebody is told, in words: "in the desk, by mail". */
export function waysText(ways: Ways, t: TFunction): string {
  const said = (["desk", "mail", "push"] as const)
    .filter((way) => ways[way])
    .map((way) => t(`why.way.${way}`));
  return said.length > 0 ? said.join(", ") : t("why.way.nothing");
}
