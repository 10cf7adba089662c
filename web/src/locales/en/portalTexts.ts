import { common } from "./common";
import { portal } from "./portal";

/** The part of the catalogue that requesters load. */
export const portalTexts = { ...common, ...portal } as const;
