import { addStaffTexts } from "@/app/i18n";
import { groupTexts } from "@/locales/en/groupTexts";

// Imported for its effect: whoever shows groups, or lets somebody choose them, has their texts before they are drawn.
addStaffTexts(groupTexts);
