import { addStaffTexts } from "@/app/i18n";
import { threadTexts } from "@/locales/en/threadTexts";

// Imported for its effect: the thread has its texts before it is drawn.
addStaffTexts(threadTexts);
