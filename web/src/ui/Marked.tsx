import type { MarkedText } from "@/api/types";

/** A text in stretches as the API gives them, the found words marked by weight and underline. */
export function Marked({ parts }: { parts: readonly MarkedText[] }) {
  return parts.map((part, place) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the stretches of one text never change places
    return part.marked ? <mark key={place}>{part.text}</mark> : part.text;
  });
}
