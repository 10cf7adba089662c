import { defineFeature } from "@/app/feature";
import { macroKeys } from "./keys";

export const macrosFeature = defineFeature({
  name: "macros",
  routes: {},
  commands: ["macro_add", "macro_edit", "macro_delete", "macro_apply"],
  live: {
    words: ["macros"],
    staleKeys: ({ fields }) => (fields.includes("macros") ? [macroKeys.all] : []),
  },
});
