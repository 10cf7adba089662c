import { useStored } from "./stored";

export type Density = "cosy" | "compact";

/** How tightly the full list is set; kept in this browser. */
export const useDensity = () => useStored<Density>("atum.density", "compact");
