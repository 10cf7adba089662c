import { addStaffTexts } from "@/app/i18n";
import { draftPages } from "@/locales/en/draftPages";

// Imported for its effect: the screen of drafts has its texts before it is drawn.
addStaffTexts(draftPages);
