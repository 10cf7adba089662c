import { Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { copyText } from "@/lib/clipboard";
import { useKeys } from "@/lib/keyboard";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { filterKeys } from "../properties";
import type { TicketSearch } from "../search";
import { exactCountQuery, type View } from "./api";
import { useShownView, useViewName } from "./shownView";

/** Outside of the first load. */
const LayoutDialog = lazy(() => import("./LayoutDialog"));

/** What can be done with the view of a list: change it, lay it out for oneself, save a search as one, ask why. */
export function ViewMenu({ search, cursor }: { search: TicketSearch; cursor?: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const view = useShownView(search);
  const mayEdit = useMe().permissions.includes("view:edit");
  const countExactly = useExactCount();
  const dialogs = useDeskDialogs();
  const [isLaidOut, setIsLaidOut] = useState(false);
  const explain = () => dialogs.open("explain", cursor);
  useKeys({ w: explain });
  const isNarrowed = Boolean(search.q) || filterKeys.some((key) => search[key]);
  const edit = (viewId: string, like?: View) =>
    void navigate({
      to: "/desk/views/$viewId",
      params: { viewId },
      search: { q: search.q, like: like && String(like.id) },
    });
  return (
    <>
      <Menu position="bottom-end" width={264}>
        <Menu.Target>
          <IconButton icon="dots" label={t("views.menu")} />
        </Menu.Target>
        <Menu.Dropdown>
          {view?.can_edit && (
            <Menu.Item leftSection={<Icon name="pen" />} onClick={() => edit(String(view.id))}>
              {t("views.edit")}
            </Menu.Item>
          )}
          {mayEdit && (
            <Menu.Item leftSection={<Icon name="filter" />} onClick={() => edit("new", view)}>
              {t(isNarrowed ? "views.saveAs" : "views.add")}
            </Menu.Item>
          )}
          {mayEdit && view && (
            <Menu.Item leftSection={<Icon name="rows" />} onClick={() => setIsLaidOut(true)}>
              {t("views.layout")}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Icon name="search" />}
            rightSection={<kbd>w</kbd>}
            onClick={explain}
          >
            {t("views.why")}
          </Menu.Item>
          {view && (
            <Menu.Item leftSection={<Icon name="gauge" />} onClick={() => countExactly(view)}>
              {t("views.countExactly")}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Icon name="link" />}
            onClick={() =>
              void copyText(location.href).then(() => toast.show({ message: t("views.copied") }))
            }
          >
            {t("views.copyLink")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {isLaidOut && view && <LayoutDialog view={view} onClose={() => setIsLaidOut(false)} />}
      </Suspense>
    </>
  );
}

/** Tells how many tickets a view has, also beyond what the rail counts to. */
function useExactCount() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const nameOf = useViewName();
  return async (view: View) => {
    const name = nameOf(view);
    try {
      const { count, slow } = await queryClient.fetchQuery(exactCountQuery(view.id));
      toast.show({
        message: slow ? t("views.countedTooLong", { name }) : t("views.counted", { name, count }),
      });
    } catch {
      toast.show({ message: t("views.countedTooLong", { name }), tone: "bad" });
    }
  };
}
