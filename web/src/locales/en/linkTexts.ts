/** What only the dialogs say that split and link tickets; it comes with them. */
export const linkTexts = {
  splitDialog: {
    title_one: "Split {{count}} message off #{{number}}",
    title_other: "Split {{count}} messages off #{{number}}",
    what: "They become a ticket of their own, with their files. Answers to their mails arrive there.",
    subject: "Subject of the new ticket",
    requester: "Requester of the new ticket",
    people: "Who takes part",
    peopleHint: "Whoever is not chosen no longer sees these messages.",
    wrote: "wrote one of the messages",
    confirm: "Split off",
    cancel: "Cancel",
    done: "#{{into}} is split off from #{{number}}",
  },
} as const;
