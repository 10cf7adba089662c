/** What only the list of drafts says; it comes with it. */
export const draftPages = {
  draftPage: {
    kinds: "Drafts or trash",
    written: "Being written",
    trash: "Trash",
    kind: { reply: "Reply", note: "Note" },
    hiddenTicket: "A ticket that you no longer see",
    noText: "No text yet",
    files_one: "One file",
    files_other: "{{count}} files",
    none: "No drafts",
    noneHint: "What you begin to write on a ticket stands here until it is sent.",
    noTrash: "The trash is empty",
    noTrashHint: "Discarded drafts stay here for thirty days.",
    restore: "Restore",
    restored: "The draft is back on ticket #{{number}}",
  },
};
