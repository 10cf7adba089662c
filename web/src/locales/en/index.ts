import { automaticReplyTexts } from "./automaticReplyTexts";
import { calendarTexts } from "./calendarTexts";
import { checklistTexts } from "./checklistTexts";
import { contactPages } from "./contactPages";
import { conversationTexts } from "./conversationTexts";
import { deskTexts } from "./deskTexts";
import { draftPages } from "./draftPages";
import { editorTexts } from "./editorTexts";
import { galleryTexts } from "./galleryTexts";
import { groupTexts } from "./groupTexts";
import { helpKeys } from "./helpKeys";
import { inboxTexts } from "./inboxTexts";
import { linkTexts } from "./linkTexts";
import { macroTexts } from "./macroTexts";
import { mail } from "./mail";
import { messageTexts } from "./messageTexts";
import { missingTexts } from "./missingTexts";
import notices from "./notices.json";
import { outboundTexts } from "./outboundTexts";
import { redactNoteTexts } from "./redactNoteTexts";
import { redactTexts } from "./redactTexts";
import { reminderTexts } from "./reminderTexts";
import { settingsTexts } from "./settingsTexts";
import { setupTexts } from "./setupTexts";
import { signatureTexts } from "./signatureTexts";
import { starTexts } from "./starTexts";
import { threadTexts } from "./threadTexts";
import { ticketPageTexts } from "./ticketPageTexts";
import { timeTexts } from "./timeTexts";
import { viewTexts } from "./viewTexts";

/** Every text of the interface in English, complete; the other catalogues follow its shape. */
export const en = {
  ...deskTexts,
  ...settingsTexts,
  ...setupTexts,
  ...ticketPageTexts,
  ...mail,
  ...viewTexts,
  ...macroTexts,
  ...signatureTexts,
  ...messageTexts,
  ...redactNoteTexts,
  ...redactTexts,
  ...galleryTexts,
  ...missingTexts,
  ...threadTexts,
  ...checklistTexts,
  ...reminderTexts,
  ...starTexts,
  ...timeTexts,
  ...contactPages,
  ...conversationTexts,
  ...linkTexts,
  ...groupTexts,
  ...draftPages,
  ...helpKeys,
  ...inboxTexts,
  ...calendarTexts,
  ...automaticReplyTexts,
  ...editorTexts,
  ...outboundTexts,
  ...notices,
} as const;

type Texts<T> = { [key in keyof T]: T[key] extends string ? string : Texts<T[key]> };

export type Catalogue = Texts<typeof en>;
