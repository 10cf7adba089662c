const steps = ["kilobyte", "megabyte", "gigabyte"] as const;
const SMALLEST_KB = 0.1;

/** A size in bytes as people read it: 412 kB; nothing is smaller than a tenth of one. */
export function sizeText(bytes: number, locale: string): string {
  let value = Math.max(bytes / 1000, bytes > 0 ? SMALLEST_KB : 0);
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: steps[step] ?? "kilobyte",
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
