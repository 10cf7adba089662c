import { common } from "./common";
import { desk } from "./desk";
import { outgoing } from "./outgoing";
import { portal } from "./portal";
import { settingsFrame } from "./settingsFrame";
import { tickets } from "./tickets";

/** What the desk says from the start. */
export const deskTexts = {
  ...common,
  ...desk,
  ...tickets,
  ...outgoing,
  ...portal,
  ...settingsFrame,
} as const;
