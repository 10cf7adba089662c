import { settingsTexts } from "@/locales/en/settingsTexts";
import { addStaffTexts } from "../i18n";

// Imported for its effect: whoever shows a screen of the settings has their texts before it is drawn.
addStaffTexts(settingsTexts);
