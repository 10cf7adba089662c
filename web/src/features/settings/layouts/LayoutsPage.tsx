import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { type Layout, layoutsQuery } from "./api";
import { LayoutDialog } from "./LayoutDialog";
import { useLayoutName } from "./layoutName";

const PERMISSION = "settings:mailboxes:edit";

/** How mail looks, by team and language. */
export function LayoutsPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = useQuery(layoutsQuery);
  const layouts = { ...answer, data: answer.data?.items };
  const placeholders = answer.data?.placeholders ?? [];
  const edited = layouts.data?.find((layout) => String(layout.id) === opened);
  const reload = async () =>
    (await answer.refetch()).data?.items.find((layout) => layout.id === edited?.id);
  return (
    <Page
      section="layouts"
      permission={PERMISSION}
      add={{ label: t("layouts.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={layouts}
        empty={<EmptyState icon="mail" title={t("layouts.empty")} hint={t("layouts.emptyHint")} />}
        row={(layout) => (
          <LayoutRow key={layout.id} layout={layout} onOpen={() => open(layout.id)} />
        )}
      />
      {opened === "new" && !locked && (
        <LayoutDialog placeholders={placeholders} locked={false} onClose={close} />
      )}
      {edited && (
        <LayoutDialog
          key={edited.id}
          layout={edited}
          placeholders={placeholders}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function LayoutRow({ layout, onOpen }: { layout: Layout; onOpen: () => void }) {
  return (
    <Row
      sign={<Icon name="mail" />}
      name={useLayoutName(layout)}
      hint={<bdi>{layout.signature.split("\n")[0] || layout.sender || layout.subject}</bdi>}
      onOpen={onOpen}
    />
  );
}
