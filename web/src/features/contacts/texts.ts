import "@/app/settings/texts";
import { addStaffTexts } from "@/app/i18n";
import { contactPages } from "@/locales/en/contactPages";

// Imported for its effect: the screens of contacts have their texts before they are drawn.
addStaffTexts(contactPages);
