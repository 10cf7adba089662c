import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { ProblemError } from "@/api/problem";
import { uploadFile } from "@/api/upload";

type Schemas = components["schemas"];
export type Ask = Schemas["Ask"];
export type Asked = Schemas["Asked"];
export type PortalMessage = Schemas["PortalMessage"];
export type PortalTicket = Schemas["PortalTicket"];
export type PortalUpload = Schemas["PortalUpload"];

export const portalKeys = {
  home: ["portal", "home"] as const,
  requests: ["portal", "requests"] as const,
  request: (key: string) => ["portal", "request", key] as const,
};

/** Whose portal this is. */
export const portalQuery = queryOptions({
  queryKey: portalKeys.home,
  queryFn: () => read(client.GET("/api/v1/portal")),
  staleTime: 5 * 60_000,
});

/** The custom fields that come with a request. */
export const portalFieldsQuery = queryOptions({
  queryKey: [...portalKeys.home, "fields"] as const,
  queryFn: async () => (await read(client.GET("/api/v1/portal/fields"))).items,
  staleTime: 5 * 60_000,
});

/** The language that the address names; without one, those of the browser count. */
export const languageInAddress = () =>
  new URLSearchParams(location.search).get("lang")?.slice(0, 10) || undefined;

/** The forms of which a requester chooses one; none where the plain one asks. */
export function portalFormsQuery(lang: string | undefined) {
  return queryOptions({
    queryKey: [...portalKeys.home, "forms", "all", lang] as const,
    queryFn: async () =>
      (await read(client.GET("/api/v1/portal/forms", { params: { query: { lang } } }))).items,
    staleTime: 5 * 60_000,
  });
}

/** A form as it is filled in; `isPublic`: only if it has a public address. */
export function portalFormQuery(form_key: string, isPublic: boolean, lang: string | undefined) {
  return queryOptions({
    queryKey: [...portalKeys.home, "forms", form_key, isPublic, lang] as const,
    queryFn: () =>
      read(
        client.GET("/api/v1/portal/forms/{form_key}", {
          params: { path: { form_key }, query: { public: isPublic, lang } },
        }),
      ),
    // In another language, it goes on from what was filled in.
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
  });
}

/** The requests that this browser's session shows. */
export const requestsQuery = queryOptions({
  queryKey: portalKeys.requests,
  queryFn: async () => (await read(client.GET("/api/v1/portal/tickets"))).items,
});

/**
 * One request, by what stands in the address: the token of a signed link, or a number
 * that the session opened by a link shows.
 */
export function requestQuery(key: string) {
  return queryOptions({
    queryKey: portalKeys.request(key),
    queryFn: () =>
      onRequest(key, (number) =>
        read(client.GET("/api/v1/portal/tickets/{number}", { params: { path: { number } } })),
      ),
  });
}

/** The numbers behind the links that were opened since the page was loaded. */
const opened = new Map<string, number>();

const isNumber = (key: string) => /^\d{1,9}$/.test(key);

async function openLink(token: string): Promise<number> {
  const answer = await read(client.POST("/api/v1/portal/session", { body: { token } }));
  opened.set(token, answer.ticket_number);
  return answer.ticket_number;
}

function numberOf(key: string): number | Promise<number> {
  if (isNumber(key)) return Number(key);
  return opened.get(key) ?? openLink(key);
}

/**
 * Calls with the number of the request behind a link. A session shows one request; when the link
 * of another one has taken its place in this browser, ours is opened again.
 */
async function onRequest<T>(key: string, call: (number: number) => Promise<T>): Promise<T> {
  const number = await numberOf(key);
  try {
    return await call(number);
  } catch (error) {
    const lost = error instanceof ProblemError && (error.status === 401 || error.status === 404);
    if (!lost || isNumber(key)) throw error;
    return call(await openLink(key));
  }
}

/** Whether a refusal means that the link or the session behind it is of no use any more. */
export function isLinkRefused(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  return [401, 404, 422].includes(error.status);
}

/** Whether a refusal means that the link was good once; a new one can be had by mail. */
export function isLinkExpired(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 410;
}

/** Mails the requester a new link; the answer says nothing of whether there is such a request. */
export function useNewLink() {
  return useMutation({
    mutationFn: (token: string) => read(client.POST("/api/v1/portal/links", { body: { token } })),
  });
}

export function useAsk() {
  return useMutation({
    mutationFn: (body: Ask) => read(client.POST("/api/v1/portal/tickets", { body })),
  });
}

type Answer = { text: string; attachment_ids: string[] };

export function useAnswer(key: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Answer) =>
      onRequest(key, (number) =>
        read(
          client.POST("/api/v1/portal/tickets/{number}/messages", {
            params: { path: { number } },
            body,
          }),
        ),
      ),
    onSuccess: (ticket) => queryClient.setQueryData(portalKeys.request(key), ticket),
  });
}

export function useResolve(key: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      onRequest(key, (number) =>
        read(
          client.POST("/api/v1/portal/tickets/{number}/resolve", { params: { path: { number } } }),
        ),
      ),
    onSuccess: (ticket) => queryClient.setQueryData(portalKeys.request(key), ticket),
  });
}

/** Sends a file ahead; the request or answer that names its token takes it. */
export function uploadPortalFile(file: File, onProgress: (share: number) => void) {
  return uploadFile<PortalUpload>(file, onProgress, "/api/v1/portal/attachments");
}
