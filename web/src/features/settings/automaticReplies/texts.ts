import { addStaffTexts } from "@/app/i18n";
import { automaticReplyTexts } from "@/locales/en/automaticReplyTexts";

// Imported for its effect: the screen of automatic replies has its texts before it is drawn.
addStaffTexts(automaticReplyTexts);
