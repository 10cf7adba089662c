import { addStaffTexts } from "@/app/i18n";
import { galleryTexts } from "@/locales/en/galleryTexts";

// Imported for its effect: the gallery has its texts before it is drawn.
addStaffTexts(galleryTexts);
