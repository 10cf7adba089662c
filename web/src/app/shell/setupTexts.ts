import { addStaffTexts } from "@/app/i18n";
import { setupTexts } from "@/locales/en/setupTexts";

// Imported for its effect: the first steps have their texts before they are drawn.
addStaffTexts(setupTexts);
