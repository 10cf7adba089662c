import { wordmarkOutlines } from "./wordmark";

/** The letters of the name, to be drawn in an svg; loaded apart, as a desk with a logo of its own shows none. */
export default function WordmarkOutlines() {
  return <path d={wordmarkOutlines} fill="currentColor" />;
}
