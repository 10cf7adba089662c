export const portal = {
  portal: {
    help: "Help",
    signIn: "Sign in",
    title: "What can we help you with?",
  },
} as const;
