import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Status } from "@/api/types";
import { readableColor } from "@/lib/readableColor";
import classes from "./TransitionPicture.module.css";

const ROW = 44;
const BOX = { width: 180, height: 28 };
/** How far the widest arc leaves the boxes. */
const SIDE = 120;
const WIDTH = BOX.width + 2 * SIDE;

type Arc = { from: number; to: number; restricted: boolean };

/** The statuses below each other, and an arc for each transition: onward on one side, back on the other. */
export function TransitionPicture({ statuses }: { statuses: readonly Status[] }) {
  const { t } = useTranslation();
  const arrow = useId();
  const used = statuses.filter((status) => status.active);
  const arcs = used.flatMap((status, from) =>
    status.next.flatMap(({ key, role_ids }): Arc[] => {
      const to = used.findIndex((one) => one.key === key);
      return to < 0 ? [] : [{ from, to, restricted: (role_ids ?? []).length > 0 }];
    }),
  );
  return (
    <figure className={classes.figure}>
      <svg
        className={classes.picture}
        viewBox={`0 0 ${WIDTH} ${used.length * ROW}`}
        role="img"
        aria-label={t("statuses.drawing", { count: used.length, transitions: String(arcs.length) })}
      >
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" className={classes.head} />
          </marker>
        </defs>
        {arcs.map((arc) => (
          <path
            key={`${arc.from}-${arc.to}`}
            d={pathOf(arc, used.length)}
            className={arc.restricted ? classes.restricted : classes.arc}
            markerEnd={`url(#${arrow})`}
          />
        ))}
        {used.map((status, place) => (
          <g key={status.key} className={classes[status.category]}>
            <rect
              x={SIDE}
              y={place * ROW + (ROW - BOX.height) / 2}
              width={BOX.width}
              height={BOX.height}
              rx="6"
              className={status.color ? classes.ownBox : classes.box}
              style={status.color ? readableColor(status.color) : undefined}
            />
            <text x={WIDTH / 2} y={place * ROW + ROW / 2} className={classes.name}>
              {shortened(status.name)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className={classes.caption}>{t("statuses.drawingHint")}</figcaption>
    </figure>
  );
}

/** An arc from the middle of one box's side to another's, wider the farther it goes. */
function pathOf({ from, to }: Arc, count: number): string {
  const onward = to > from;
  const x = onward ? SIDE + BOX.width : SIDE;
  const reach = (SIDE - 12) * (0.25 + (0.75 * Math.abs(to - from)) / Math.max(count - 1, 1));
  const bend = onward ? x + reach : x - reach;
  // Arcs that begin and arcs that end at a box meet it at different heights.
  const middle = (place: number, by: number) => place * ROW + ROW / 2 + by;
  const [start, end] = [middle(from, onward ? 6 : -6), middle(to, onward ? -6 : 6)];
  return `M${x} ${start}C${bend} ${start} ${bend} ${end} ${x} ${end}`;
}

const shortened = (name: string) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);
