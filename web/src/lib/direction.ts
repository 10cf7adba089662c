const rightToLeft = /[\u0591-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const letter = /\p{L}/u;

/** The direction of a text by its first letter, or undefined when it has none. */
export function directionOf(text: string): "rtl" | "ltr" | undefined {
  const first = letter.exec(text);
  if (!first) return undefined;
  return rightToLeft.test(first[0]) ? "rtl" : "ltr";
}
