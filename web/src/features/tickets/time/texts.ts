import { addStaffTexts } from "@/app/i18n";
import { timeTexts } from "@/locales/en/timeTexts";

// Imported for its effect: the panel and the page of time have their texts before they are drawn.
addStaffTexts(timeTexts);
