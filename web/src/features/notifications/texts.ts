import { addStaffTexts } from "@/app/i18n";
import { inboxTexts } from "@/locales/en/inboxTexts";

// Imported for its effect: the screens have their texts before they are drawn.
addStaffTexts(inboxTexts);
