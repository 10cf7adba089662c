import { addStaffTexts } from "@/app/i18n";
import { viewTexts } from "@/locales/en/viewTexts";

// Imported for its effect: whoever shows the editor, or a dialog of views, has their texts before it is drawn.
addStaffTexts(viewTexts);
