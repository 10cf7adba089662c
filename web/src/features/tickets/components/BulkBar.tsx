import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useDirectoryAwaited } from "@/api/directory";
import type { BulkRequest, TicketRow } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { Picker, type PickerOption } from "@/ui/Picker";
import { useBulk } from "../bulk";
import { usePropertyLists, useResolvedKey } from "../options";
import { bulkNames, type PropertyName, table } from "../properties";
import { queryOf, type TicketSearch } from "../search";
import classes from "./BulkBar.module.css";

/** A property whose list is open, or resolving, which needs none. */
export type BulkAction = PropertyName | "resolve";

type BulkBarProps = {
  /** What the list is, for everything in it at once. */
  search: TicketSearch;
  numbers: number[];
  rows: TicketRow[];
  /** Which list is open; keys open it from outside. */
  action: BulkAction | null;
  onAction: (action: BulkAction | null) => void;
  onClear: () => void;
};

/** What can be done to every chosen ticket at once. */
export function BulkBar({ search, numbers, rows, action, onAction, onClear }: BulkBarProps) {
  const { t } = useTranslation();
  const bulk = useBulk();
  const count = numbers.length;
  const resolved = useResolvedKey();
  const apply = (request: Omit<BulkRequest, "numbers">, done: string) =>
    bulk.mutate({ numbers, ...request, done });
  const resolve = () => apply({ set: { status: resolved } }, t("bulk.done.resolve", { count }));
  const chosen = rows.filter((row) => numbers.includes(row.number));

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once when the key asks for it
  useEffect(() => {
    if (action !== "resolve") return;
    onAction(null);
    resolve();
  }, [action]);

  return (
    <div className={classes.bar} role="toolbar" aria-label={t("bulk.selected", { count })}>
      <b className={classes.count}>{t("bulk.selected", { count })}</b>
      <i className={classes.rule} />
      {bulkNames.map((name) => (
        <BulkPicker
          key={name}
          name={name}
          chosen={chosen}
          opened={action === name}
          onOpen={(opened) => onAction(opened ? name : null)}
          onApply={apply}
        />
      ))}
      <Button className={classes.action} shortcut="e" onClick={resolve}>
        {t("bulk.resolve")}
      </Button>
      <i className={classes.rule} />
      <Link
        to="/desk/settings/bulk/new"
        search={{ numbers: numbers.join(",") }}
        className={classes.link}
      >
        {t("bulk.more")}
      </Link>
      {count === rows.length && (
        <Link to="/desk/settings/bulk/new" search={listOf(search)} className={classes.link}>
          {t("bulk.wholeList")}
        </Link>
      )}
      <IconButton icon="x" label={t("bulk.clear")} onClick={onClear} />
    </div>
  );
}

/** The whole list, as the address of a bulk change holds it: its order does not matter. */
function listOf(search: TicketSearch): Record<string, string> {
  const { sort: _sort, limit: _limit, cursor: _cursor, ...list } = queryOf(search);
  const given = Object.entries(list).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

type BulkPickerProps = {
  name: PropertyName;
  chosen: TicketRow[];
  opened: boolean;
  onOpen: (opened: boolean) => void;
  onApply: (request: Omit<BulkRequest, "numbers">, done: string) => void;
};

/** The values of one property for all chosen tickets. */
function BulkPicker({ name, chosen, opened, onOpen, onApply }: BulkPickerProps) {
  const { t } = useTranslation();
  const awaited = useDirectoryAwaited();
  const lists = usePropertyLists();
  const { bulk, edit, label: usual, shortcut, useOptions } = table[name];
  const options: PickerOption[] = useOptions?.() ?? [];
  const label = t(bulk?.label ?? usual);
  const count = chosen.length;
  const pick = (value: string) => {
    const word = options.find((option) => option.value === value)?.label ?? value;
    const special = bulk?.edit?.(value, chosen);
    const set = special ? undefined : edit?.(value, null, lists, t)?.patch;
    const sentence = special?.sentence ?? bulk?.sentence ?? "bulk.done.property";
    const done = t(sentence as "bulk.done.property", { count, name: word, property: label });
    if (special || set) onApply(special?.request ?? { set }, done);
  };
  return (
    <Picker
      label={label}
      options={options}
      chosen={[]}
      onPick={pick}
      opened={opened}
      onOpenedChange={onOpen}
      creatable={bulk?.creatable}
      searching={awaited}
      position="top-start"
    >
      <Button className={classes.action} shortcut={shortcut} onClick={() => onOpen(!opened)}>
        {label}
      </Button>
    </Picker>
  );
}
