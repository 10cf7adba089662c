import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { useTeamName } from "@/api/teamName";
import type { MacroSummary } from "@/api/types";
import { Page } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { macroQuery, macrosQuery } from "./api";
import { MacroDialog } from "./MacroDialog";
import "./texts";

const icons = { none: "bolt", note: "lock", reply: "reply" } as const;

/** The macros that one sees, by folder, with how often each was applied. */
export function MacrosPage() {
  const { t } = useTranslation();
  const { q, opened, open, close } = useSettingsSearch();
  const answer = usePages(macrosQuery(q));
  const id = opened && opened !== "new" ? Number(opened) : null;
  const edited = useQuery({ ...macroQuery(id ?? 0), enabled: id !== null });
  const teamName = useTeamName();
  return (
    <Page
      section="macros"
      searchable
      permission="macro:edit"
      add={{ label: t("macros.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        searched={q !== ""}
        empty={<EmptyState icon="bolt" title={t("macros.empty")} hint={t("macros.emptyHint")} />}
        row={(macro) => (
          <Row
            key={macro.id}
            sign={<Icon name={icons[macro.kind]} />}
            name={macro.folder ? `${macro.folder} / ${macro.name}` : macro.name}
            hint={hintOf(macro, teamName(macro.team_id), t)}
            faded={!macro.active}
            onOpen={() => open(macro.id)}
            end={<span>{t("macros.uses", { count: macro.uses })}</span>}
          />
        )}
      />
      {opened === "new" && <MacroDialog onClose={close} />}
      {edited.data && id !== null && <MacroDialog key={id} macro={edited.data} onClose={close} />}
    </Page>
  );
}

function hintOf(macro: MacroSummary, team: string | undefined, t: TFunction): string {
  const parts = [
    !macro.active && t("macros.retired"),
    macro.broken && t("macros.broken"),
    team ?? t(`macros.scope.${macro.scope}`),
    macro.excerpt,
  ];
  return parts.filter(Boolean).join(" · ");
}
