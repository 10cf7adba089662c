import type { components } from "@/api/generated/schema";

type Schemas = components["schemas"];
type Draft = Schemas["OwnDraft"];
type Call = { path: string[]; query: URLSearchParams; body: never };
type Route = [string, RegExp, (call: Call) => unknown];

const SAVED_AT = "2026-03-04T09:00:00Z";

/** The drafts of whoever has signed in, as the server keeps them; `others` are colleagues'. */
export function createDrafts(others: Schemas["DraftWriter"][] = []) {
  const written = new Map<string, Draft>();
  const trash: Schemas["DraftRow"][] = [];
  const earlier = new Map<number, Schemas["DraftText"][]>();
  let lastId = 0;

  const rowOf = (number: number, draft: Draft): Schemas["DraftRow"] => ({
    id: draft.id,
    number,
    subject: "A ticket",
    kind: draft.kind,
    preview: draft.text,
    attachments: draft.attachments.length,
    updated_at: SAVED_AT,
    discarded_at: null,
  });

  function save(number: number, given: Schemas["DraftInput"]) {
    const key = `${number}.${given.kind}`;
    const before = written.get(key);
    if (!given.text.trim() && !given.attachment_ids?.length && !given.people) {
      discard(key);
      return null;
    }
    lastId += before ? 0 : 1;
    const id = before?.id ?? lastId;
    if (before && before.version !== given.version) keepVersion(before);
    const draft: Draft = {
      id,
      kind: given.kind,
      version: (before?.version ?? 0) + 1,
      text: given.text,
      html: given.html ?? null,
      people: given.people ?? null,
      attachments: [],
      saved_at: SAVED_AT,
      updated_at: SAVED_AT,
      from_number: null,
    };
    written.set(key, draft);
    return { id, version: draft.version, updated_at: SAVED_AT };
  }

  function keepVersion(draft: Draft) {
    earlier.set(draft.id, [draft, ...(earlier.get(draft.id) ?? [])]);
  }

  function discard(key: string) {
    const before = written.get(key);
    if (!before) return;
    written.delete(key);
    trash.unshift({ ...rowOf(Number(key.split(".")[0]), before), discarded_at: SAVED_AT });
  }

  const routes: Route[] = [
    [
      "GET",
      /^tickets\/\d+\/drafts$/,
      ({ path }) => ({
        own: [...written].filter(([key]) => key.startsWith(`${path[1]}.`)).map(([, one]) => one),
        others,
      }),
    ],
    ["PUT", /^tickets\/\d+\/draft$/, ({ path, body }) => save(Number(path[1]), body)],
    [
      "DELETE",
      /^tickets\/\d+\/draft$/,
      ({ path, query }) => {
        discard(`${path[1]}.${query.get("kind")}`);
        return new Response(null, { status: 204 });
      },
    ],
    [
      "GET",
      /^drafts$/,
      ({ query }) => ({
        items:
          query.get("discarded") === "true"
            ? trash
            : [...written].map(([key, one]) => rowOf(Number(key.split(".")[0]), one)),
        next_cursor: null,
      }),
    ],
    [
      "GET",
      /^drafts\/\d+\/versions$/,
      ({ path }) => {
        const id = Number(path[1]);
        const now = [...written.values()].find((one) => one.id === id);
        return { items: [...(now ? [now] : []), ...(earlier.get(id) ?? [])] };
      },
    ],
    [
      "POST",
      /^drafts\/\d+\/restore$/,
      ({ path }) => {
        const at = trash.findIndex((one) => one.id === Number(path[1]));
        trash.splice(at, 1);
        return new Response(null, { status: 204 });
      },
    ],
  ];
  /** A message was written: what it was before is no draft any more. */
  const sent = (number: number, kind: string) => written.delete(`${number}.${kind}`);
  return { routes, sent, written, save };
}
