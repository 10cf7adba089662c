import { addStaffTexts } from "@/app/i18n";
import { linkTexts } from "@/locales/en/linkTexts";

// Imported for its effect: the dialogs have their texts before they are drawn.
addStaffTexts(linkTexts);
