import { absences } from "./absences";
import { access } from "./access";
import { bulk } from "./bulk";
import { lifecycle } from "./lifecycle";
import { operations } from "./operations";
import { receiving } from "./receiving";
import { sending } from "./sending";
import { settings } from "./settings";

/** What only the screens of the settings say; it comes with them (src/app/settings/texts.ts). */
export const settingsTexts = {
  ...settings,
  ...receiving,
  ...sending,
  ...operations,
  ...absences,
  ...access,
  ...bulk,
  ...lifecycle,
} as const;
