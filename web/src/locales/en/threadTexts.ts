/** Long threads, what is new in them, and the search in a ticket; it comes with the page of a ticket. */
export const threadTexts = {
  longThread: {
    earlier_one: "{{number}} earlier message",
    earlier_other: "{{number}} earlier messages",
    manyEarlier: "More than {{number}} earlier messages",
    previous: "Show the last of them",
    next: "Show the first of them",
    failed: "The messages could not be loaded: {{reason}}",
    unread: "New since your last visit",
    toUnread: "Go to the first new message",
  },
  searchInTicket: {
    command: "Search in this ticket",
    label: "Search in this ticket",
    place: "{{place}} of {{all}}",
    placeOfMany: "{{place}} of more than {{all}}",
    none: "No message",
    corrected: "Searched for “{{word}}”",
    previous: "Previous match",
    next: "Next match",
    close: "Close the search",
  },
};
