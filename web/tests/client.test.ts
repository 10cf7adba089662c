import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { client } from "@/api/client";

const draining = () =>
  new Response(JSON.stringify({ code: "draining", detail: "Being moved." }), {
    status: 503,
    headers: { "Retry-After": "2", "Content-Type": "application/problem+json" },
  });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a write refused during an upgrade is sent again with its key and its body", async () => {
  const seen: { key: string | null; body: string }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    seen.push({ key: request.headers.get("Idempotency-Key"), body: await request.text() });
    return seen.length < 3 ? draining() : Response.json({ number: 7 }, { status: 201 });
  });
  const body = { subject: "x", text: "x" } as never;
  const answer = client.POST("/api/v1/tickets", { body });
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await answer).response.status).toBe(201);
  expect(seen).toHaveLength(3);
  expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(seen[0]?.key).toBeTruthy();
});

test("any other refusal is not repeated", async () => {
  const refuse = vi.fn(async () => Response.json({ code: "unavailable" }, { status: 503 }));
  vi.stubGlobal("fetch", refuse);
  const answer = await client.POST("/api/v1/tickets", { body: {} as never });
  expect(answer.response.status).toBe(503);
  expect(refuse).toHaveBeenCalledTimes(1);
});
