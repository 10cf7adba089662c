/** What only the signature below the composer says; it comes with it. */
export const signatureTexts = {
  replySignature: {
    label: "Signature",
    on: "Sign this reply",
    repeated: "Left out: you signed this ticket a while ago",
    off: "Without signature",
  },
} as const;
