import { bulkFeature } from "@/features/bulk/feature";
import { changesFeature } from "@/features/changes/feature";
import { contactsFeature } from "@/features/contacts/feature";
import { draftsFeature } from "@/features/drafts/feature";
import { mailFeature } from "@/features/mail/feature";
import { notificationsFeature } from "@/features/notifications/feature";
import { operationsFeature } from "@/features/operations/feature";
import { portalFeature } from "@/features/portal/feature";
import { searchFeature } from "@/features/search/feature";
import { sessionFeature } from "@/features/session/feature";
import { settingsFeature } from "@/features/settings/feature";
import { ticketsFeature } from "@/features/tickets/feature";
import { shellFeature } from "./shell/feature";

/** Every feature of the desk, in the order in which lists show what they add. */
export const features = [
  notificationsFeature,
  ticketsFeature,
  searchFeature,
  settingsFeature,
  bulkFeature,
  contactsFeature,
  draftsFeature,
  mailFeature,
  operationsFeature,
  changesFeature,
  portalFeature,
  sessionFeature,
  shellFeature,
] as const;
