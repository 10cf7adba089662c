export const access = {
  access: {
    endOthers: "Sign out everywhere else",
    endOthersWhat:
      "Every other browser is signed out at once. Programs that use one of your API tokens are refused from then on.",
    keepTokens: "Keep my API tokens",
    endOthersDo: "Sign out",
    othersEnded: "Signed out everywhere else",
    tokensEnd_one: "This API token ends with the old password: {{names}}.",
    tokensEnd_other: "These {{count}} API tokens end with the old password: {{names}}.",
    tokensStay_one: "This API token stays: {{names}}.",
    tokensStay_other: "These {{count}} API tokens stay: {{names}}.",
    madeBy: "made by the token {{name}}",
    revokeWithChildren_one:
      "Programs that use this token, or the token that was made with it, are refused from then on. This cannot be undone; you can make a new token.",
    revokeWithChildren_other:
      "Programs that use this token, or one of the {{count}} tokens that were made with it, are refused from then on. This cannot be undone; you can make a new token.",
    allScopes: "Everything its owner may do",
    portal: "Customer portal",
    of: "Sessions and tokens",
    ofTitle: "Sessions and tokens of {{name}}",
    ofHint: "Where {{name}} is signed in, and which programs act in this name.",
    sessions: "Sessions",
    tokens: "API tokens",
    noSessions: "Signed in nowhere.",
    noTokens: "No tokens.",
    ended: "Ended",
    endAll: "End all",
    endAllTitle: "End all sessions and tokens of {{name}}?",
    endAllWhat:
      "{{name}} is signed out everywhere at once, and programs with one of these tokens are refused. The password stays as it is. This cannot be undone.",
    endOneTitle: "End “{{what}}” of {{name}}?",
    endOneWhat:
      "It opens nothing from then on, nor do tokens that were made with it. This cannot be undone.",
    endOneDo: "End",
    allEnded: "All sessions and tokens of {{name}} have ended",
    weak: {
      own_data:
        "It is made of your name, your address or the name of this desk. Several unrelated words will do.",
      common:
        "It is one of the most used passwords, or very like one. Several unrelated words will do.",
      words: "It is a single word or a name, or little more. Several unrelated words will do.",
      keyboard: "Its keys are beside each other. Several unrelated words will do.",
      repeat: "It repeats the same characters. Several unrelated words will do.",
      sequence: "It is a sequence such as abc or 6543. Several unrelated words will do.",
      date: "It is a date or a year. Several unrelated words will do.",
      simple: "It is too short for how simple it is. Several unrelated words will do.",
    },
  },
} as const;
