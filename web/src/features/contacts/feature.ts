import type { QueryKey } from "@tanstack/react-query";
import { defineFeature } from "@/app/feature";
import type { LiveChange } from "@/lib/liveSocket";
import { contactKeys } from "./keys";
import {
  contactRoute,
  contactsRoute,
  importRoute,
  importsRoute,
  organizationRoute,
  organizationsRoute,
} from "./routes";

export const contactsFeature = defineFeature({
  name: "contacts",
  routes: {
    desk: [
      contactsRoute,
      contactRoute,
      organizationsRoute,
      organizationRoute,
      importsRoute,
      importRoute,
    ],
  },
  commands: [
    "contact_note",
    "organization_note",
    "contact_note_edit",
    "contact_note_remove",
    "contact_merge",
    "organization_merge",
    "contact_keep_apart",
    "contact_import_start",
    "contact_import_batch",
    "organization_import_start",
    "organization_import_batch",
  ],
  navigation: [
    { to: "/desk/contacts", icon: "users", label: "desk.contacts", parts: ["contacts"] },
  ],
  palette: [
    {
      id: "contacts",
      place: "go",
      icon: "users",
      label: "desk.contacts",
      keys: "g c",
      run: (desk) => void desk.navigate({ to: "/desk/contacts", search: {} }),
    },
  ],
  live: { words: ["contact_notes", "contact_imports"], staleKeys: staleContacts },
});

/** People and organizations are told by the settings' feature, whose keys these stand under. */
function staleContacts({ fields, ticket }: LiveChange): QueryKey[] {
  const keys: QueryKey[] = [];
  if (fields.includes("contact_notes")) keys.push(contactKeys.notes, contactKeys.changes);
  if (fields.includes("contact_imports")) keys.push(contactKeys.imports);
  if (ticket !== null)
    keys.push(contactKeys.tickets, contactKeys.pages, contactKeys.organizationPages);
  return keys;
}
