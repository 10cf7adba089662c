import "./staffStyles";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { deskTexts } from "@/locales/en/deskTexts";
import { App } from "./App";
import { addStaffTexts } from "./i18n";
import { createQueryClient } from "./queryClient";
import { createAppRouter } from "./router";

/** Shows the desk and its sign-in in an element of the page. */
export function start(root: HTMLElement): void {
  addStaffTexts(deskTexts);
  const queryClient = createQueryClient();
  createRoot(root).render(
    <StrictMode>
      <App queryClient={queryClient} router={createAppRouter(queryClient)} />
    </StrictMode>,
  );
}
