import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrast, readableColor } from "@/lib/readableColor";

type Rgb = [number, number, number];

const tokens = readFileSync("src/app/tokens.css", "utf8");
const grounds = ["canvas", "surface", "raised", "selected", "overlay", "field", "option"].flatMap(
  (name) => {
    const found = tokens.match(new RegExp(`--${name}:\\s*light-dark\\((#\\w{6}),\\s*(#\\w{6})\\)`));
    return found ? [[rgbOf(found[1]), rgbOf(found[2])] as const] : [];
  },
);

function rgbOf(hex = ""): Rgb {
  return [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16)) as Rgb;
}

function themes(color: string): [Rgb, Rgb] {
  const own = readableColor(color);
  const parts = (said: string) => (said.match(/\d+/g) ?? []).map(Number) as Rgb;
  return [parts(own["--own-light"]), parts(own["--own-dark"])];
}

const colors = [
  "#FFFFFF",
  "#000000",
  "#FFFF00",
  "#0000FF",
  "#5B9BD5",
  "#808080",
  "#00FF00",
  "#1A1A40",
];

test.each(colors)("%s can be seen on every ground of both themes", (color) => {
  const [light, dark] = themes(color);
  expect(grounds).toHaveLength(7);
  for (const [lightGround, darkGround] of grounds) {
    expect(contrast(light, lightGround)).toBeGreaterThanOrEqual(3);
    expect(contrast(dark, darkGround)).toBeGreaterThanOrEqual(3);
  }
});

test("a colour that can be seen stays what was chosen", () => {
  expect(themes("#7A5AF0")[0]).toEqual([0x7a, 0x5a, 0xf0]);
});

test("the contrast is WCAG's: 21 of black on white", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
});
