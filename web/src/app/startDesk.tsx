import "./staffStyles";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { en } from "@/locales/en";
import { App } from "./App";
import { addStaffTexts } from "./i18n";
import { createQueryClient } from "./queryClient";
import { createAppRouter } from "./router";

/** Shows the desk and its sign-in in an element of the page. */
export function start(root: HTMLElement): void {
  addStaffTexts(en);
  const queryClient = createQueryClient();
  createRoot(root).render(
    <StrictMode>
      <App queryClient={queryClient} router={createAppRouter(queryClient)} />
    </StrictMode>,
  );
}
