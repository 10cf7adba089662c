import { addStaffTexts } from "@/app/i18n";
import { starTexts } from "@/locales/en/starTexts";

// Imported for its effect: stars have their texts before they are drawn.
addStaffTexts(starTexts);
