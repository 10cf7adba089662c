import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";
import { App } from "@/app/App";
import "@/app/i18n";
import { createQueryClient } from "@/app/queryClient";
import { createAppRouter } from "@/app/router";
import { toast } from "@/lib/toast";
import { createFakeApi } from "./fake/server";

/** Renders an address of the application over the invented company. */
export function renderAt(address: string, api = createFakeApi()) {
  toast.dismiss();
  vi.stubGlobal("fetch", (request: Request) => api.handle(request));
  window.history.replaceState(null, "", address);
  const queryClient = createQueryClient();
  const router = createAppRouter(queryClient);
  render(<App queryClient={queryClient} router={router} />);
  return { api, router, queryClient, user: userEvent.setup() };
}
