/** What only lists in groups by a field say, and the choice of that field; it comes with them. */
export const groupTexts = {
  groups: {
    none: "No groups",
    category: "Status",
    status: "Status, each by itself",
    without: "{{field}}: none",
    yes: "Yes",
    no: "No",
    incomplete: "There may be further groups: narrow the list to see them.",
  },
} as const;
