import { addStaffTexts } from "@/app/i18n";
import { missingTexts } from "@/locales/en/missingTexts";

// Imported for its effect: whoever asks for what is missing has its texts before it is drawn.
addStaffTexts(missingTexts);
