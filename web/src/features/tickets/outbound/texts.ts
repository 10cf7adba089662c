import { addStaffTexts } from "@/app/i18n";
import { outboundTexts } from "@/locales/en/outboundTexts";

// Imported for its effect: the page has its texts before it is drawn.
addStaffTexts(outboundTexts);
