/** What the first steps on a new desk say; it comes with them. */
export const setupTexts = {
  setup: {
    title: "First steps",
    done: "{{count}} of {{of}} are done.",
    ticked: "Done",
    mailbox: "Connect a mailbox",
    mailboxHint: "Mail to its address opens tickets, and replies leave from it.",
    mailboxDo: "Mailboxes",
    people: "Invite your colleagues",
    peopleHint: "Each gets a sign-in of their own and a role.",
    peopleDo: "People",
    teams: "Create a team",
    teamsHint: "Tickets belong to teams; one team stands already.",
    teamsDo: "Teams",
    ticket: "Try a ticket",
    ticketHint: "Open one yourself and answer it, to see how it goes.",
    ticketDo: "New ticket",
    portal: "Requesters write to you here:",
  },
};
