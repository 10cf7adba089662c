import type { Point } from "../api";
import classes from "./Sparkline.module.css";

const WIDTH = 132;
const HEIGHT = 28;
const EDGE = 3;

type SparklineProps = { points: Point[]; threshold?: number; wrong?: boolean };

/** The last hours of a value as a line, with its threshold dashed. */
export function Sparkline({ points, threshold, wrong = false }: SparklineProps) {
  if (points.length < 2) return <span className={classes.spark} />;
  const times = points.map(({ at }) => Date.parse(at));
  const values = points.map(({ value }) => value);
  const shown = threshold === undefined ? values : [...values, threshold];
  const lowest = Math.min(0, ...shown);
  const highest = Math.max(...shown);
  const first = times[0] ?? 0;
  const span = (times.at(-1) ?? first) - first || 1;
  const x = (time: number) => ((time - first) / span) * WIDTH;
  const y = (value: number) =>
    highest === lowest
      ? HEIGHT / 2
      : HEIGHT - EDGE - ((value - lowest) / (highest - lowest)) * (HEIGHT - 2 * EDGE);
  const place = (index: number) =>
    `${x(times[index] ?? first).toFixed(1)} ${y(values[index] ?? 0).toFixed(1)}`;
  const last = values.length - 1;
  return (
    <svg
      className={`${classes.spark} ${wrong ? classes.wrong : ""}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      {threshold !== undefined && <line x1="0" x2={WIDTH} y1={y(threshold)} y2={y(threshold)} />}
      <path d={`M${values.map((_, index) => place(index)).join("L")}`} />
      <circle cx={WIDTH} cy={y(values[last] ?? 0)} r="2.5" />
    </svg>
  );
}
