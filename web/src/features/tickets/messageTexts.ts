import { addStaffTexts } from "@/app/i18n";
import { messageTexts } from "@/locales/en/messageTexts";

// Imported for its effect: the menus have their texts before they are drawn.
addStaffTexts(messageTexts);
