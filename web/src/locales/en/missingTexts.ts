/** What a change of tickets needs beside what it sets; it comes with whoever asks for it. */
export const missingTexts = {
  missing: {
    title: "Needed before it runs",
    hint: "Only tickets that lack a value get it. What you leave empty: those tickets stay as they are, and the report names them.",
    hintOne: "The ticket lacks this. What you leave empty is asked for again when you send.",
    resolution: "Reason for resolving",
    lacking_one: "Lacking on {{count}} ticket",
    lacking_other: "Lacking on {{count}} tickets",
    none: "No reason",
    go: "Go on",
  },
} as const;
