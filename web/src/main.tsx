import "./app/styles";
import { reloadWhenAPartIsGone } from "./app/freshPage";
import { chooseLanguage, wishedLanguage } from "./app/i18n";
import { isForStaff } from "./app/places";

reloadWhenAPartIsGone(window);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

// Two applications at one address: requesters load a third of what the desk needs. No await here:
// the parts import this one, and would wait for it while it waits for them.
void Promise.all([
  isForStaff(location.pathname) ? import("./app/startDesk") : import("./app/startPortal"),
  chooseLanguage(wishedLanguage()),
]).then(([{ start }]) => start(root));
