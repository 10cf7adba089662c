import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { asProblem } from "@/api/problem";
import { useMe } from "@/api/session";
import { notifyStored } from "@/lib/browserStorage";
import {
  type ComposerMode,
  type Draft,
  forget,
  heldAt,
  hold,
  isEmpty,
  keyOf,
  type Place,
  watch,
} from "./draftStore";

type TicketDrafts = components["schemas"]["TicketDrafts"];
export type DraftWriter = components["schemas"]["DraftWriter"];

/** No more than this is lost with a browser that ends at once. */
const SAVE_EVERY_MS = 700;
const RETRY_MS = 5000;
const FINAL = new Set([403, 404, 409, 422]);
const kinds: ComposerMode[] = ["reply", "note"];

const timers = new Map<string, ReturnType<typeof setTimeout>>();
const sending = new Map<string, Promise<void>>();
/** When the server last heard of a draft: what was asked for earlier is old. */
const heardAt = new Map<string, number>();
/** Drafts that the server could not be told of. */
const failed = new Set<string>();

/** Saves what is being written on the server, soon; later keys do not put it off. */
export function saveSoon(place: Place, delayMs = SAVE_EVERY_MS): void {
  watch(place);
  const key = keyOf(place);
  if (timers.has(key)) return;
  timers.set(
    key,
    setTimeout(() => {
      timers.delete(key);
      void save(place);
    }, delayMs),
  );
}

/** Whether the server could not be told of what this browser has. */
export const isOnlyHere = (place: Place) => failed.has(keyOf(place));

function save(place: Place): Promise<void> {
  const key = keyOf(place);
  const before = sending.get(key) ?? Promise.resolve();
  const run = before
    .then(() => put(place))
    .finally(() => {
      if (sending.get(key) === run) sending.delete(key);
    });
  sending.set(key, run);
  return run;
}

async function put(place: Place, keepalive = false): Promise<void> {
  const key = keyOf(place);
  const { draft, version, known } = heldAt(place);
  if (known) return;
  try {
    const saved = await read(
      client.PUT("/api/v1/tickets/{number}/draft", {
        params: { path: { number: place.number } },
        body: bodyOf(place.kind, draft, version),
        keepalive,
      }),
    );
    failed.delete(key);
    heardAt.set(key, performance.now());
    const now = heldAt(place);
    // What was typed meanwhile has its own turn.
    if (!now.known)
      hold(place, { ...now, version: saved?.version ?? null, known: isSame(now.draft, draft) });
  } catch (error) {
    failed.add(key);
    notifyStored();
    // Asking again brings back neither the ticket nor the power to write on it, and makes no room for a draft more.
    if (!FINAL.has(asProblem(error).status)) saveSoon(place, RETRY_MS);
  }
}

function bodyOf(kind: ComposerMode, draft: Draft, version: number | null) {
  return {
    kind,
    text: draft.text,
    html: draft.html,
    people: draft.people,
    attachment_ids: draft.attachments.map((file) => file.id),
    version,
  };
}

const isSame = (one: Draft, other: Draft) => JSON.stringify(one) === JSON.stringify(other);

/** Waits until nothing is on its way that would come back after the message was sent. */
export function settled(place: Place): Promise<void> {
  const key = keyOf(place);
  clearTimeout(timers.get(key));
  timers.delete(key);
  return sending.get(key) ?? Promise.resolve();
}

/** Forgets a draft here: it was sent, and the server knows that by itself. */
export function forgetSent(place: Place): void {
  clearTimeout(timers.get(keyOf(place)));
  timers.delete(keyOf(place));
  heardAt.set(keyOf(place), performance.now());
  failed.delete(keyOf(place));
  forget(place);
}

/** Puts a draft into the server's trash. */
export async function discard(place: Place): Promise<void> {
  await settled(place);
  forgetSent(place);
  await read(
    client.DELETE("/api/v1/tickets/{number}/draft", {
      params: { path: { number: place.number }, query: { kind: place.kind } },
    }),
  );
}

/** Takes over what the server has, unless this browser has something that it does not know. */
function absorb(me: number, number: number, answer: TicketDrafts, askedAt: number): void {
  for (const kind of kinds) {
    const place = { me, number, kind };
    const key = keyOf(place);
    if (sending.has(key) || timers.has(key) || (heardAt.get(key) ?? 0) > askedAt) continue;
    const held = heldAt(place);
    const own = answer.own.find((one) => one.kind === kind);
    if (!held.known) {
      if (!isEmpty(held.draft) || held.version !== null) saveSoon(place, 0);
    } else if (own && own.version !== held.version) {
      const draft = draftOf(own, held.draft);
      hold(place, { draft, version: own.version, known: true });
    } else if (!own && held.version !== null) forget(place);
  }
}

/** The server's draft; what a macro will do beside its text, and what it quotes, stands in this browser alone. */
function draftOf(
  { text, html, people, attachments }: TicketDrafts["own"][number],
  { macro, quote }: Draft,
): Draft {
  const { to = [], cc = [], bcc = [] } = people ?? {};
  return { text, html: html ?? null, people: people && { to, cc, bcc }, attachments, macro, quote };
}

function ticketDraftsQuery(number: number) {
  return queryOptions({
    queryKey: ["drafts", "ticket", number] as const,
    queryFn: async () => {
      const askedAt = performance.now();
      const answer = await read(
        client.GET("/api/v1/tickets/{number}/drafts", { params: { path: { number } } }),
      );
      return { askedAt, answer };
    },
    // Another window of the same person may have written meanwhile.
    refetchOnWindowFocus: "always",
    staleTime: 0,
  });
}

/** Brings the drafts of a ticket here, and tells which colleagues are writing on it. */
export function useTicketDrafts(number: number): DraftWriter[] {
  const me = useMe().person.id;
  const { data } = useQuery(ticketDraftsQuery(number));
  useEffect(() => {
    if (data) absorb(me, number, data.answer, data.askedAt);
  }, [me, number, data]);
  return data?.answer.others ?? [];
}

// Whatever the last keys were, they are sent as the page goes.
globalThis.addEventListener?.("pagehide", () => {
  for (const [key, timer] of timers) {
    clearTimeout(timer);
    timers.delete(key);
    const [me, number, kind] = key.split(".").slice(2);
    void put({ me: Number(me), number: Number(number), kind: kind as ComposerMode }, true);
  }
});
