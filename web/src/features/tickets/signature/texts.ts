import { addStaffTexts } from "@/app/i18n";
import { signatureTexts } from "@/locales/en/signatureTexts";

// Imported for its effect: the signature below the composer has its texts before it is drawn.
addStaffTexts(signatureTexts);
