import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";
import { App } from "@/app/App";
import { addStaffTexts } from "@/app/i18n";
import { PortalApp } from "@/app/PortalApp";
import { isForStaff } from "@/app/places";
import { createQueryClient } from "@/app/queryClient";
import { createAppRouter } from "@/app/router";
import { toast } from "@/lib/toast";
import { deskTexts } from "@/locales/en/deskTexts";
import { createFakeApi } from "./fake/server";

/** Renders an address of the application over the invented company. */
export function renderAt(address: string, api = createFakeApi()) {
  toast.dismiss();
  vi.stubGlobal("fetch", (request: Request) => api.handle(request));
  window.history.replaceState(null, "", address);
  const queryClient = createQueryClient();
  const router = createAppRouter(queryClient);
  if (isForStaff(address)) {
    addStaffTexts(deskTexts);
    render(<App queryClient={queryClient} router={router} />);
  } else {
    render(<PortalApp queryClient={queryClient} />);
  }
  return { api, router, queryClient, user: userEvent.setup() };
}

/** Keeps the answers of addresses with this part back until what is returned is called. */
export function holdBack(api: ReturnType<typeof createFakeApi>, part: string): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { handle } = api;
  api.handle = async (request) => {
    if (request.url.includes(part)) await released;
    return handle(request);
  };
  return () => release();
}
