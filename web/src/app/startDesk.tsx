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
  // The desk can be installed; the portal, at the same address, is a page to visit.
  document.head.append(
    Object.assign(document.createElement("link"), {
      rel: "manifest",
      href: "/manifest.webmanifest",
    }),
  );
  const queryClient = createQueryClient();
  createRoot(root).render(
    <StrictMode>
      <App queryClient={queryClient} router={createAppRouter(queryClient)} />
    </StrictMode>,
  );
}
