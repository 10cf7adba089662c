import { addStaffTexts } from "@/app/i18n";
import { calendarTexts } from "@/locales/en/calendarTexts";

// Imported for its effect: the screen of calendars has its texts before it is drawn.
addStaffTexts(calendarTexts);
