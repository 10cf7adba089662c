import { storedItem, storeItem, useStored } from "./browserStorage";

export type Density = "cosy" | "compact";

const KEY = "atum.density";

/** How tightly the full list is set; kept in this browser. */
export const useDensity = () => useStored<Density>(KEY, "compact");

/** The same outside of a component. */
export const storedDensity = () => (storedItem(KEY) as Density | null) ?? "compact";
export const storeDensity = (density: Density) => void storeItem(KEY, density);
