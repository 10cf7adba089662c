import { Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMayExport, useMayOpenTickets } from "@/api/access";
import { DeskMark } from "@/app/shell/DeskLogo";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle } from "@/ui/Pane";
import { Segments } from "@/ui/Segments";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import { hasWords } from "../conditionTokens";
import { type OrderName, orderOf } from "../listOrder";
import {
  BY_CATEGORY,
  DEFAULT_SORT,
  groupedBy,
  type ListSort,
  sortKeys,
  type TicketSearch,
} from "../search";
import { useSortWord } from "../sortWords";
import { useListDensity } from "../views/listDensity";
import { sortOf, useShownView } from "../views/shownView";
import { ViewMenu } from "../views/ViewMenu";
import classes from "./ListBar.module.css";
import { TicketNav } from "./TicketNav";

/** Outside of the first load. */
const GroupItems = lazy(() => import("../groups/GroupItems"));

type ListBarProps = {
  search: TicketSearch;
  title: string;
  count: string;
  /** The row that the keys act on. */
  cursor?: number;
};

/** The bar over the full list: name, order, groups, density, new ticket. */
export function ListBar({ search, title, count, cursor }: ListBarProps) {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const view = useShownView(search);
  const [density, setDensity] = useListDensity(view);
  const mayOpen = useMayOpenTickets();
  const mayExport = useMayExport();
  return (
    <Bar>
      <BarTitle count={count}>{title}</BarTitle>
      <span className="grow" />
      <SortMenu search={search} />
      {!hasWords(search.q) && <GroupMenu search={search} />}
      <Segments
        label={t("tickets.density")}
        value={density}
        onChange={setDensity}
        options={[
          { value: "cosy", label: t("tickets.cosy") },
          { value: "compact", label: t("tickets.compact") },
        ]}
      />
      {mayExport && (
        <IconButton
          icon="file"
          label={t("export.list")}
          onClick={() => dialogs.open("export-list")}
        />
      )}
      {mayOpen && (
        <Button look="gold" icon="plus" onClick={() => dialogs.open("new-ticket")}>
          {t("tickets.new")}
        </Button>
      )}
      <ViewMenu search={search} cursor={cursor} />
    </Bar>
  );
}

/** The field that the list stands in groups by; which there are comes once they are asked for. */
function GroupMenu({ search }: { search: TicketSearch }) {
  const { t } = useTranslation();
  const by = groupedBy(search);
  const wordOf = useFieldWord(by ? [by] : []);
  const ofField = () => t("tickets.groupedBy", { field: wordOf(by ?? "") });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button icon="rows" className={classes.group}>
          {by === null
            ? t("tickets.ungrouped")
            : by === BY_CATEGORY
              ? t("tickets.grouped")
              : ofField()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.fields}>
        <Suspense>
          <GroupItems search={search} />
        </Suspense>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The order of the list; what is searched for has one of its own, which is only told. */
export function SortMenu({ search }: { search: TicketSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sort = search.sort ?? DEFAULT_SORT;
  const usual = sortOf(useShownView(search));
  const order = orderOf(search);
  const nameOf = (key: ListSort): OrderName => orderOf({ ...search, sort: key });
  // Those of every list, and one by a custom field where the view or the reader asked for it.
  const offered = [...new Set<ListSort>([...sortKeys, usual, sort])];
  const wordOf = useSortWord(offered);
  if (order === "-found") {
    return (
      <span className={classes.order}>
        <Icon name="sort" />
        {t("tickets.sort.-found")}
      </span>
    );
  }
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button icon="sort">{wordOf(order)}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map((key) => (
          <Menu.Item
            key={key}
            rightSection={key === sort ? <Icon name="check" /> : null}
            onClick={() =>
              void navigate({
                to: ".",
                search: { ...search, sort: key === usual ? undefined : key },
                replace: true,
              })
            }
          >
            {wordOf(nameOf(key))}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The same on a phone: the title opens the views. */
export function PhoneListBar({ search, title, count, cursor }: ListBarProps) {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const mayOpen = useMayOpenTickets();
  const [opened, views] = useDisclosure(false);
  return (
    <Bar>
      <button type="button" className={classes.switch} onClick={views.open}>
        <DeskMark size={26} />
        <BarTitle count={count}>{title}</BarTitle>
        <Icon name="down" className={classes.quiet} />
      </button>
      <span className="grow" />
      <IconButton icon="search" label={t("desk.search")} onClick={() => dialogs.open("palette")} />
      <ViewMenu search={search} cursor={cursor} />
      {mayOpen && (
        <IconButton
          icon="plus"
          label={t("tickets.new")}
          onClick={() => dialogs.open("new-ticket")}
        />
      )}
      <Dialog opened={opened} onClose={views.close} title={t("desk.views")}>
        <TicketNav onGo={views.close} />
      </Dialog>
    </Bar>
  );
}
