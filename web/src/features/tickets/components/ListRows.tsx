import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StatusCategory, TicketRow } from "@/api/types";
import { usePrinting } from "@/lib/printing";
import { Icon } from "@/ui/Icon";
import { StatusIcon } from "@/ui/TicketIcons";
import type { Line, TicketList } from "../listSections";
import { useRoving } from "../rovingFocus";
import type { RowPx } from "../rowHeights";
import { useAnchor } from "../scrollAnchor";
import type { TicketSearch } from "../search";
import classes from "./ListRows.module.css";

const GROUP_PX = 32;
const MORE_PX = 32;
const OVERSCAN = 12;
const MOST_PRINTED = 500;

type ListRowsProps = {
  list: TicketList;
  /** What the list was asked with. */
  search: TicketSearch;
  /** Heights of rows; another function is other heights, which are then taken anew. */
  rowPx: RowPx;
  /** The number kept in sight. */
  current?: number;
  label: string;
  dense?: boolean;
  /** Told the row that has the focus. */
  onFocused?: (number: number) => void;
  /** Draws a row whose one tab stop has this `tabIndex`. */
  children: (row: TicketRow, tabIndex: 0 | -1) => ReactNode;
};

/** Groups and rows, only those in sight drawn; more are fetched as the end comes near. */
export function ListRows(props: ListRowsProps) {
  const { list, search, rowPx, current, label, dense = false, onFocused, children } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const { lines } = list;
  const { at, onKeyDown, takeStop } = useRoving(lines, current, scroll);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => heightOf(lines[index], rowPx),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: OVERSCAN,
    // The tab stop stays drawn, so that the focus is not lost by scrolling.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (at < 0 || at >= range.count || shown.includes(at)) return shown;
      return [...shown, at].sort((one, other) => one - other);
    },
    initialRect: { width: 800, height: 800 },
  });

  useAnchor(scroll, `${dense} ${JSON.stringify(search)}`, placesOf(lines, rowPx));

  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights have to be measured anew
  useEffect(() => virtual.measure(), [rowPx]);

  const currentIndex = lines.findIndex(
    (line) => line.kind === "row" && line.row.number === current,
  );
  // Paper has no window to scroll in: what is loaded follows line by line.
  const printing = usePrinting();
  const drawn = printing
    ? lines.slice(0, MOST_PRINTED).map((_line, index) => ({ index, style: {} }))
    : virtual.getVirtualItems().map(({ index, size, start }) => ({
        index,
        style: { height: size, transform: `translateY(${start}px)` },
      }));

  const heightPx = virtual.scrollRect?.height;
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the current row and the room for it, not every refetch
  useEffect(() => {
    if (currentIndex >= 0) virtual.scrollToIndex(currentIndex, { align: "auto" });
  }, [current, heightPx]);

  return (
    <section
      className={classes.scroll}
      ref={scroll}
      aria-label={label}
      onKeyDown={(event) => onKeyDown(event, (index) => virtual.scrollToIndex(index))}
    >
      <div className={classes.all} style={printing ? {} : { height: virtual.getTotalSize() }}>
        {drawn.map(({ index, style }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: only hears what its row was given
            <div
              key={line.key}
              className={classes.line}
              style={style}
              data-line={line.key}
              onFocus={() => {
                takeStop(line.key);
                if (line.kind === "row") onFocused?.(line.row.number);
              }}
            >
              <OneLine
                line={line}
                tabIndex={index === at ? 0 : -1}
                dense={dense}
                onToggle={list.toggleGroup}
                headOf={list.headOf}
                render={children}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}

function heightOf(line: Line | undefined, rowPx: RowPx): number {
  if (line?.kind === "row") return rowPx(line.row);
  return line?.kind === "group" ? GROUP_PX : MORE_PX;
}

function placesOf(lines: Line[], rowPx: RowPx): Map<string, number> {
  const places = new Map<string, number>();
  let place = 0;
  for (const line of lines) {
    places.set(line.key, place);
    place += heightOf(line, rowPx);
  }
  return places;
}

type OneLineProps = {
  line: Line;
  tabIndex: 0 | -1;
  dense: boolean;
  onToggle: (group: string) => void;
  headOf: TicketList["headOf"];
  render: ListRowsProps["children"];
};

function OneLine({ line, tabIndex, dense, onToggle, headOf, render }: OneLineProps) {
  if (line.kind === "row") return render(line.row, tabIndex);
  if (line.kind === "more") return <MoreLine fetchMore={line.section.fetchMore} />;
  if (line.kind === "note") return <p className={classes.more}>{line.text}</p>;
  return (
    <button
      type="button"
      className={dense ? classes.denseGroup : classes.group}
      aria-expanded={!line.collapsed}
      tabIndex={tabIndex}
      onClick={() => onToggle(line.group)}
    >
      {dense && <Icon name={line.collapsed ? "right" : "down"} className={classes.quiet} />}
      {headOf ? headOf(line.group) : <CategoryHead category={line.group as StatusCategory} />}
      <span className={classes.count}>{line.count}</span>
    </button>
  );
}

function CategoryHead({ category }: { category: StatusCategory }) {
  const { t } = useTranslation();
  return (
    <>
      <StatusIcon category={category} />
      {t(`category.${category}`)}
    </>
  );
}

function MoreLine({ fetchMore }: { fetchMore: () => void }) {
  const { t } = useTranslation();
  useEffect(fetchMore, [fetchMore]);
  return <p className={classes.more}>{t("state.loading")}</p>;
}
