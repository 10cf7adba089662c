import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { Attachment, MessageItem, Ticket } from "@/api/types";
// Loaded before a test waits for it.
import "@/features/tickets/gallery/Gallery";
import { decodeText, previewOf } from "@/features/tickets/gallery/files";
import { createFakeApi } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };

beforeEach(() => {
  Object.defineProperty(navigator, "pdfViewerEnabled", { value: true, configurable: true });
});

const file = (given: Partial<Attachment>): Attachment => ({
  id: 900,
  filename: "a.bin",
  mime_type: "application/octet-stream",
  size: 10,
  inline: false,
  redacted: false,
  url: "/api/v1/attachments/900",
  ...given,
});

function withFiles() {
  const api = createFakeApi();
  const of = (ticket: Ticket) =>
    ticket.thread.find(
      (entry): entry is MessageItem & { type: "message" } =>
        entry.type === "message" && entry.attachments.length > 1,
    );
  const ticket = api.tickets.find(of);
  const message = ticket && of(ticket);
  if (!ticket || !message) throw new Error("the invented company has no message with files");
  message.attachments.push(file({ filename: "tool.bin" }));
  api.overrides.set("GET attachments/2", () => new Response("caf\u00e9 closed"));
  return { api, ticket };
}

async function opened() {
  const { api, ticket } = withFiles();
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  await screen.findByRole("log", { name: "Thread" }, patient);
  await user.click(screen.getByRole("button", { name: /vpn-ended\.png/ }));
  const dialog = await screen.findByRole("dialog", {}, patient);
  return { api, user, dialog, shown: within(dialog) };
}

test("the arrows go through the files of the ticket, each shown as what it is", async () => {
  const { api, dialog, shown } = await opened();
  expect(shown.getByRole("img", { name: "vpn-ended.png" })).toHaveAttribute(
    "src",
    "/api/v1/attachments/1?inline=1",
  );
  expect(shown.getByRole("button", { name: "Previous file" })).toBeDisabled();
  fireEvent.keyDown(dialog, { key: "ArrowRight" });
  const text = await shown.findByRole("region", { name: "Text of client-log.txt" }, patient);
  expect(text).toHaveTextContent("café closed");
  expect(api.calls.filter((call) => call.url.startsWith("attachments/2"))).toHaveLength(1);
  fireEvent.keyDown(dialog, { key: "ArrowRight" });
  expect(shown.getByText(/no preview of this file \(application\/octet-stream/)).toBeVisible();
  expect(shown.getByRole("link", { name: "Download" })).toHaveAttribute("download", "tool.bin");
  expect(shown.getByRole("button", { name: "Next file" })).toBeDisabled();
  fireEvent.keyDown(dialog, { key: "ArrowLeft" });
  expect(shown.getByText("2 of 3")).toBeVisible();
});

test("where one reads from right to left, the arrows are turned round", async () => {
  const { dialog, shown } = await opened();
  document.documentElement.dir = "rtl";
  try {
    fireEvent.keyDown(dialog, { key: "ArrowRight" });
    expect(shown.getByText("1 of 3")).toBeVisible();
    fireEvent.keyDown(dialog, { key: "ArrowLeft" });
    expect(shown.getByText("2 of 3")).toBeVisible();
  } finally {
    document.documentElement.dir = "ltr";
  }
});

test("a picture grows and shrinks by keys and buttons", async () => {
  const { dialog, shown, user } = await opened();
  const picture = shown.getByRole("img", { name: "vpn-ended.png" });
  fireEvent.keyDown(dialog, { key: "+" });
  expect(picture).toHaveStyle({ inlineSize: "150%" });
  await user.click(shown.getByRole("button", { name: "Larger" }));
  expect(picture).toHaveStyle({ inlineSize: "200%" });
  fireEvent.keyDown(dialog, { key: "0" });
  expect(picture.style.inlineSize).toBe("");
  expect(shown.getByRole("button", { name: "Smaller" })).toBeDisabled();
});

test.each([
  [{ mime_type: "image/webp" }, "image"],
  [{ mime_type: "image/svg+xml", filename: "a.svg" }, "text"],
  [{ filename: "bill.PDF" }, "pdf"],
  [{ mime_type: "application/pdf", size: 40_000_000 }, "none"],
  [{ mime_type: "text/html", filename: "a.html" }, "text"],
  [{ filename: "trace.log" }, "text"],
  [{ mime_type: "application/zip" }, "none"],
])("%o is shown as %s", (given, kind) => {
  expect(previewOf(file(given))).toBe(kind);
});

test.each([
  [[0xef, 0xbb, 0xbf, 0x61], "a"],
  [[0xff, 0xfe, 0x61, 0x00], "a"],
  [[0x63, 0xc3, 0xa9], "cé"],
  // Cut within a character.
  [[0x63, 0xc3], "c"],
  [[0x63, 0xe9, 0x20], "cé "],
  [[0x61, 0x00, 0x62], null],
])("bytes %o are read as %s", (bytes, text) => {
  expect(decodeText(new Uint8Array(bytes))).toBe(text);
});
