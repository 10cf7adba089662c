import "./app/styles";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { reloadWhenAPartIsGone } from "./app/freshPage";
import { chooseLanguage, wishedLanguage } from "./app/i18n";
import { createQueryClient } from "./app/queryClient";
import { createAppRouter } from "./app/router";

reloadWhenAPartIsGone(window);
const queryClient = createQueryClient();
const router = createAppRouter(queryClient);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

await chooseLanguage(wishedLanguage());
createRoot(root).render(
  <StrictMode>
    <App queryClient={queryClient} router={router} />
  </StrictMode>,
);
