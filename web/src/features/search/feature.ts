import { defineFeature } from "@/app/feature";
import { useFoundPalette } from "./foundPalette";
import { searchRoute } from "./routes";

export const searchFeature = defineFeature({
  name: "search",
  routes: { desk: [searchRoute] },
  palette: [
    {
      id: "search",
      place: "go",
      icon: "search",
      label: "search.title",
      keys: "g /",
      run: (desk) => void desk.navigate({ to: "/desk/search", search: {} }),
    },
  ],
  paletteSearch: useFoundPalette,
});
