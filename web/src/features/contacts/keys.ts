/** Where the cache keeps contacts and organizations: below the words that live frames say. */
export const contactKeys = {
  lists: ["contacts", "list"] as const,
  pages: ["contacts", "page"] as const,
  organizationLists: ["organizations", "list"] as const,
  organizationPages: ["organizations", "page"] as const,
  notes: ["contacts", "notes"] as const,
  changes: ["contacts", "changes"] as const,
  duplicates: ["contacts", "duplicates"] as const,
  imports: ["contact-imports"] as const,
  tickets: ["contacts", "tickets"] as const,
};
