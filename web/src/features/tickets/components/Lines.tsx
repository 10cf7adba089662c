import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StatusCategory, TicketRow } from "@/api/types";
import { Icon } from "@/ui/Icon";
import { StatusIcon } from "@/ui/Signs";
import type { Line, TicketList } from "../sections";
import classes from "./Lines.module.css";

const GROUP_PX = 32;
const OVERSCAN = 12;

type LinesProps = {
  list: TicketList;
  /** Height of one row in px; fixed, so that thousands cost nothing. */
  rowPx: number;
  /** The number kept in sight. */
  current?: number;
  label: string;
  dense?: boolean;
  children: (row: TicketRow) => ReactNode;
};

/** Groups and rows, only those in sight drawn; more are fetched as the end comes near. */
export function Lines({ list, rowPx, current, label, dense = false, children }: LinesProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const { lines } = list;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => (lines[index]?.kind === "group" ? GROUP_PX : rowPx),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: OVERSCAN,
    initialRect: { width: 800, height: 800 },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights have to be measured anew
  useEffect(() => virtual.measure(), [rowPx]);

  const currentIndex = lines.findIndex(
    (line) => line.kind === "row" && line.row.number === current,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the current row, not every refetch
  useEffect(() => {
    if (currentIndex >= 0) virtual.scrollToIndex(currentIndex, { align: "auto" });
  }, [current]);

  return (
    <section className={classes.scroll} ref={scroll} aria-label={label}>
      <div className={classes.all} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const style = { height: item.size, transform: `translateY(${item.start}px)` };
          return (
            <div key={item.key} className={classes.line} style={style}>
              <OneLine line={line} dense={dense} onToggle={list.toggleGroup} render={children} />
            </div>
          );
        })}
      </div>
    </section>
  );
}

type OneLineProps = {
  line: Line;
  dense: boolean;
  onToggle: (category: StatusCategory) => void;
  render: (row: TicketRow) => ReactNode;
};

function OneLine({ line, dense, onToggle, render }: OneLineProps) {
  const { t } = useTranslation();
  if (line.kind === "row") return render(line.row);
  if (line.kind === "more") return <MoreLine fetchMore={line.section.fetchMore} />;
  return (
    <button
      type="button"
      className={dense ? classes.denseGroup : classes.group}
      aria-expanded={!line.collapsed}
      onClick={() => onToggle(line.category)}
    >
      {dense && <Icon name={line.collapsed ? "right" : "down"} className={classes.quiet} />}
      <StatusIcon category={line.category} />
      {t(`category.${line.category}`)}
      <span className={classes.count}>{line.count}</span>
    </button>
  );
}

function MoreLine({ fetchMore }: { fetchMore: () => void }) {
  const { t } = useTranslation();
  useEffect(fetchMore, [fetchMore]);
  return <p className={classes.more}>{t("state.loading")}</p>;
}
