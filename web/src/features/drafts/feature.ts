import { defineFeature } from "@/app/feature";
import { draftsRoute } from "./routes";

export const draftsFeature = defineFeature({
  name: "drafts",
  routes: { desk: [draftsRoute] },
  palette: [
    {
      id: "drafts",
      place: "go",
      icon: "pen",
      label: "draft.all",
      keys: "g d",
      run: (desk) => void desk.navigate({ to: "/desk/drafts", search: {} }),
    },
  ],
});
