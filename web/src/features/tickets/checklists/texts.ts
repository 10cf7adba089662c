import { addStaffTexts } from "@/app/i18n";
import { checklistTexts } from "@/locales/en/checklistTexts";

// Imported for its effect: checklists have their texts before they are drawn.
addStaffTexts(checklistTexts);
