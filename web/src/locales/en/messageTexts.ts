/** What is done with one message, and with all files of a ticket; it comes with the page of a ticket. */
export const messageTexts = {
  messageMenu: {
    copyLink: "Copy link to this message",
    linkCopied: "Link copied",
    editNote: "Change note",
    versions: "Versions",
    files: "All files as an archive",
    edited: "changed",
    noteTitle: "Change note",
    versionsTitle: "Versions of this note",
    note: "Note",
    plain: "Its formatting is lost: it is saved as plain text.",
    saved: "Note changed",
    save: "Save",
    version: "{{name}}, version {{version}}",
    somebody: "Somebody",
    gone: "This text is older than the desk keeps them.",
  },
};
