import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "@/lib/commands";
import type { BulkField } from "./components/BulkBar";
import type { Selection, TicketList } from "./sections";

type PageControls = {
  /** The row the keys act on. */
  cursor: number | undefined;
  open: (field: BulkField) => void;
};

const fields: { field: BulkField; icon: Command["icon"]; key: string }[] = [
  { field: "assign", icon: "user", key: "a" },
  { field: "status", icon: "open", key: "s" },
  { field: "resolve", icon: "check", key: "e" },
  { field: "priority", icon: "p3", key: "p" },
  { field: "team", icon: "users", key: "t" },
  { field: "tag", icon: "tag", key: "l" },
];

/** Offers the palette what the list's keys do to the chosen tickets, or to the current row. */
export function useListCommands(
  list: TicketList,
  selection: Selection,
  controls: PageControls,
): void {
  const { t } = useTranslation();
  const { cursor } = controls;
  const count = selection.numbers.length;
  const onSome = count > 0 || cursor !== undefined;
  const open = (field: BulkField) => () => {
    if (count === 0 && cursor !== undefined) selection.setAll([cursor]);
    controls.open(field);
  };
  const title = count === 0 && cursor !== undefined ? `#${cursor}` : t("bulk.selected", { count });
  const changing = fields.map(
    ({ field, icon, key }): Command => ({
      id: `bulk-${field}`,
      icon,
      key,
      label: t(`command.bulk.${field}`),
      forbidden: !onSome,
      run: open(field),
    }),
  );
  useCommands(
    {
      title: onSome ? title : t("desk.tickets"),
      commands: [...changing, ...useChoosing(list, selection)],
    },
    { withKeys: false },
  );
}

function useChoosing(list: TicketList, selection: Selection): Command[] {
  const { t } = useTranslation();
  return [
    {
      id: "select-all",
      icon: "checks",
      key: "mod+a",
      label: t("tickets.selectAll"),
      forbidden: list.rows.length === 0,
      run: () => selection.setAll(list.rows.map((row) => row.number)),
    },
    {
      id: "clear",
      icon: "x",
      key: "Escape",
      label: t("bulk.clear"),
      forbidden: selection.numbers.length === 0,
      run: () => selection.setAll([]),
    },
  ];
}
