import { useTranslation } from "react-i18next";
import { useMayExport } from "@/api/access";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { type Command, useCommands } from "@/lib/commands";
import type { BulkAction } from "./components/BulkBar";
import type { Selection, TicketList } from "./listSections";
import { bulkNames, table } from "./properties";

type PageControls = {
  /** The row the keys act on. */
  cursor: number | undefined;
  open: (action: BulkAction) => void;
};

/** Offers the palette what the list's keys do to the chosen tickets, or to the current row. */
export function useListCommands(
  list: TicketList,
  selection: Selection,
  controls: PageControls,
): void {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const { cursor } = controls;
  const count = selection.numbers.length;
  const onSome = count > 0 || cursor !== undefined;
  const open = (action: BulkAction) => () => {
    if (count === 0 && cursor !== undefined) selection.setAll([cursor]);
    controls.open(action);
  };
  const title = count === 0 && cursor !== undefined ? `#${cursor}` : t("bulk.selected", { count });
  const setting = bulkNames.map((name): Command => {
    const { icon, shortcut, label, command } = table[name];
    return {
      id: `bulk-${name}`,
      icon,
      key: shortcut,
      label: command?.bulkLabel
        ? t(command.bulkLabel)
        : t("command.property", { property: t(label) }),
      forbidden: !onSome,
      run: open(name),
    };
  });
  const resolving: Command = {
    id: "bulk-resolve",
    icon: "check",
    key: "e",
    label: t("command.bulk.resolve"),
    forbidden: !onSome,
    run: open("resolve"),
  };
  // As in the bar: who works on it, how it stands, and what follows from that.
  const changing = [...setting.slice(0, 2), resolving, ...setting.slice(2)];
  const explaining: Command = {
    id: "why",
    icon: "search",
    key: "w",
    label: t("views.why"),
    run: () => dialogs.open("explain", cursor),
  };
  useCommands(
    {
      title: onSome ? title : t("desk.tickets"),
      commands: [...changing, explaining, ...useChoosing(list, selection)],
    },
    { withKeys: false },
  );
}

function useChoosing(list: TicketList, selection: Selection): Command[] {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const mayExport = useMayExport();
  return [
    {
      id: "export-list",
      icon: "file",
      label: t("export.list"),
      forbidden: !mayExport,
      run: () => dialogs.open("export-list"),
    },
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
