import { defineFeature } from "@/app/feature";
import { signInRoute } from "./routes";

export const sessionFeature = defineFeature({
  name: "session",
  routes: { root: [signInRoute] },
  commands: [
    "session_start",
    "session_end",
    "session_end_others",
    "session_end_of",
    "session_end_all_of",
    "token_make",
  ],
});
