import { mail } from "@/locales/en/mail";
import { ticketPageTexts } from "@/locales/en/ticketPageTexts";
import { addStaffTexts } from "./i18n";

// Imported for its effect: open tickets, their dialogs and mails have their texts before they are drawn.
addStaffTexts(ticketPageTexts);
addStaffTexts(mail);
