import { addStaffTexts } from "@/app/i18n";
import { viewTexts } from "@/locales/en/viewTexts";

// Imported for its effect: the choice of columns says the same here as in the editor of views.
addStaffTexts(viewTexts);
