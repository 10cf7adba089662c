import { addStaffTexts } from "@/app/i18n";
import { redactTexts } from "@/locales/en/redactTexts";

// Imported for its effect: the dialog has its texts before it is drawn.
addStaffTexts(redactTexts);
