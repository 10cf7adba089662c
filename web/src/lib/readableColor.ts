import type { CSSProperties } from "react";

type Rgb = [number, number, number];

/** The ground of a theme that is hardest to be seen on, and where a colour is moved to until it is. */
const grounds: { ground: Rgb; toward: Rgb }[] = [
  { ground: [0xeb, 0xee, 0xf3], toward: [0, 0, 0] },
  { ground: [0x27, 0x30, 0x44], toward: [255, 255, 255] },
];
/** WCAG 2.2, 1.4.11: what signs need. */
const LEAST_CONTRAST = 3;
const STEPS = 20;

/** For a stylesheet that shows `light-dark(var(--own-light), var(--own-dark))`. */
type OwnColor = CSSProperties & { "--own-light": string; "--own-dark": string };

const known = new Map<string, OwnColor>();

/**
 * A colour that somebody chose, as properties of a style for both themes: unchanged where it can be
 * seen, else darker on the light ground or lighter on the dark one. `color` is `#RRGGBB`.
 */
export function readableColor(color: string): OwnColor {
  const held = known.get(color);
  if (held) return held;
  const [light = color, dark = color] = grounds.map(({ ground, toward }) =>
    shown(seenOn(ground, toward, parsed(color))),
  );
  const made = { "--own-light": light, "--own-dark": dark };
  known.set(color, made);
  return made;
}

/** The ratio of the luminances of two colours, from 1 to 21, as WCAG defines it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function seenOn(ground: Rgb, toward: Rgb, color: Rgb): Rgb {
  for (let step = 0; step < STEPS; step += 1) {
    const mixed = mix(color, toward, step / STEPS);
    if (contrast(mixed, ground) >= LEAST_CONTRAST) return mixed;
  }
  return toward;
}

const mix = (color: Rgb, toward: Rgb, part: number): Rgb => [
  Math.round(color[0] + (toward[0] - color[0]) * part),
  Math.round(color[1] + (toward[1] - color[1]) * part),
  Math.round(color[2] + (toward[2] - color[2]) * part),
];

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const parsed = (color: string): Rgb => [
  Number.parseInt(color.slice(1, 3), 16),
  Number.parseInt(color.slice(3, 5), 16),
  Number.parseInt(color.slice(5, 7), 16),
];

const shown = (color: Rgb) => `rgb(${color.join(" ")})`;
