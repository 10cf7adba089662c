import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asProblem } from "@/api/problem";
import { mayRetryUpload, uploadFile } from "@/api/upload";

/** An upload that ends when the test says so. */
class HeldUpload {
  static all: HeldUpload[] = [];
  status = 0;
  responseText = "";
  upload: { onprogress?: (event: object) => void } = {};
  headers: Record<string, string> = {};
  onload = () => {};
  onabort = () => {};
  constructor() {
    HeldUpload.all.push(this);
  }
  open() {}
  setRequestHeader() {}
  send() {}
  getResponseHeader(name: string) {
    return this.headers[name] ?? null;
  }
  abort() {
    this.onabort();
  }
  ends(status: number, body: object, headers: Record<string, string> = {}) {
    Object.assign(this, { status, responseText: JSON.stringify(body), headers });
    this.onload();
  }
}

const held = (index: number) => {
  const found = HeldUpload.all[index];
  if (!found) throw new Error(`upload ${index} was never sent`);
  return found;
};
const settle = () => vi.advanceTimersByTimeAsync(0);
const send = (name: string) => uploadFile<{ id: number }>(new File(["x"], name), () => {});
const refusal = (code: string) => ({ code, detail: code, title: code, type: "about:blank" });

beforeEach(() => {
  vi.useFakeTimers();
  HeldUpload.all = [];
  vi.stubGlobal("XMLHttpRequest", HeldUpload);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("three files are on their way at once, and each that ends makes room for the next", async () => {
  const uploads = ["a", "b", "c", "d", "e"].map(send);
  await settle();
  expect(HeldUpload.all).toHaveLength(3);
  uploads[4]?.cancel();
  held(0).ends(201, { id: 1 });
  await settle();
  expect(HeldUpload.all).toHaveLength(4);
  for (const index of [1, 2, 3]) held(index).ends(201, { id: index + 1 });
  await expect(Promise.all(uploads.slice(0, 4).map((one) => one.done))).resolves.toHaveLength(4);
  await settle();
  expect(HeldUpload.all).toHaveLength(4);
});

test("while the server is busy a file is sent again by itself, after the time it named", async () => {
  const { done } = send("a");
  await settle();
  held(0).ends(429, refusal("too_many_uploads"), { "Retry-After": "4" });
  await vi.advanceTimersByTimeAsync(1_900);
  expect(HeldUpload.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(4_200);
  held(1).ends(201, { id: 7 });
  await expect(done).resolves.toEqual({ id: 7 });
});

test.each([
  ["file_infected", 422, false],
  ["file_not_scanned", 413, false],
  ["too_large", 413, false],
  ["scanner_unavailable", 503, true],
  ["upload_stalled", 408, true],
  ["rate_limited", 429, true],
])(
  "%s is told at once; sending again is offered where it can help",
  async (code, status, again) => {
    const refused = send("a").done.catch(asProblem);
    await settle();
    held(0).ends(status, refusal(code));
    const problem = asProblem(await refused);
    expect(problem.code).toBe(code);
    expect(mayRetryUpload(problem)).toBe(again);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(HeldUpload.all).toHaveLength(1);
  },
);

test("a file that is taken back while it waits for the server is not sent again", async () => {
  const upload = send("a");
  const refused = upload.done.catch(asProblem);
  await settle();
  held(0).ends(503, refusal("uploads_busy"), { "Retry-After": "5" });
  await settle();
  upload.cancel();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(HeldUpload.all).toHaveLength(1);
  expect(asProblem(await refused).code).toBe("uploads_busy");
});
