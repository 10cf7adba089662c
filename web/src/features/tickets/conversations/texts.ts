import { addStaffTexts } from "@/app/i18n";
import { conversationTexts } from "@/locales/en/conversationTexts";

// Imported for its effect: panel and dialogs have their texts before they are drawn.
addStaffTexts(conversationTexts);
