/** What redacts a note of time, about a contact, of a reminder or a checklist. */
export const redactNoteTexts = {
  redactNote: {
    open: "Redact…",
    of: "Redact the note of {{name}}",
    title: "Redact this note",
    what: "Its text goes from everything this desk keeps, also from the history, and nobody can bring it back. Backups that were made before still hold it, for as long as they are kept.",
    reason: "Reason",
    reasonHint: "Kept in the history. Do not repeat what is redacted.",
    submit: "Redact for good",
    done: "Redacted",
  },
};
