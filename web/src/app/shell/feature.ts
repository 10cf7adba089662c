import { defineFeature } from "../feature";
import { homeRoute, settingsIndexRoute } from "./routes";

/** What the desk itself offers, around every feature. */
export const shellFeature = defineFeature({
  name: "shell",
  routes: { desk: [homeRoute], settings: [settingsIndexRoute] },
  navigation: [{ to: "/desk/settings", icon: "gear", label: "desk.settings" }],
  palette: [
    {
      id: "undo",
      place: "act",
      icon: "undo",
      label: "help.undo",
      keys: "z",
      run: (desk) => desk.undoLast(),
    },
    {
      id: "settings",
      place: "go",
      icon: "gear",
      label: "desk.settings",
      keys: "g s",
      run: (desk) => void desk.navigate({ to: "/desk/settings" }),
    },
    {
      id: "dark",
      place: "look",
      icon: "moon",
      label: "palette.dark",
      run: (desk) => desk.setColorScheme("dark"),
    },
    {
      id: "light",
      place: "look",
      icon: "moon",
      label: "palette.light",
      run: (desk) => desk.setColorScheme("light"),
    },
    {
      id: "help",
      place: "help",
      icon: "keyboard",
      label: "desk.keys",
      keys: "?",
      run: (desk) => desk.openDialog("help"),
    },
  ],
});
