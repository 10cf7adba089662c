import { addStaffTexts } from "@/app/i18n";
import { reminderTexts } from "@/locales/en/reminderTexts";

// Imported for its effect: reminders have their texts before they are drawn.
addStaffTexts(reminderTexts);
