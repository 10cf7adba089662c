import { addStaffTexts } from "@/app/i18n";
import { editorTexts } from "@/locales/en/editorTexts";

// Imported for its effect: the editor has its texts before it is drawn.
addStaffTexts(editorTexts);
