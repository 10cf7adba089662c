import { redactNoteTexts } from "@/locales/en/redactNoteTexts";
import { addStaffTexts } from "../i18n";

// Imported for its effect: the button has its words before it is drawn.
addStaffTexts(redactNoteTexts);
