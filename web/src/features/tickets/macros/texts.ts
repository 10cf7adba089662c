import { addStaffTexts } from "@/app/i18n";
import { macroTexts } from "@/locales/en/macroTexts";

// Imported for its effect: what shows macros has their texts before it is drawn.
addStaffTexts(macroTexts);
