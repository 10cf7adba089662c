import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { PortalApp } from "./PortalApp";
import { createQueryClient } from "./queryClient";

/** Shows the portal in an element of the page. */
export function start(root: HTMLElement): void {
  createRoot(root).render(
    <StrictMode>
      <PortalApp queryClient={createQueryClient()} />
    </StrictMode>,
  );
}
