import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { mailboxKeys } from "@/api/mailboxes";

type Schemas = components["schemas"];
export type Receiving = Schemas["Receiving"];
export type ReceivingInput = Schemas["ReceivingInput"];
export type ReceivingTestResult = Schemas["ReceivingTestResult"];
export type Guess = Schemas["Guess"];
export type DnsItem = Schemas["DnsItem"];
export type FetchState = Schemas["FetchState"];

const LOOK_MS = 5000;
const SELF_TEST_POLL_MS = 1500;

export const selfTestKey = (id: number) => mailboxKeys.under(id, "self test");
export const fetchLogKey = (id: number) => mailboxKeys.under(id, "log");

const at = (mailbox_id: number) => ({ params: { path: { mailbox_id } } });

export const fetchLogQuery = (id: number) =>
  queryOptions({
    queryKey: fetchLogKey(id),
    queryFn: async () =>
      (await read(client.GET("/api/v1/mailboxes/{mailbox_id}/receiving/log", at(id)))).items,
    refetchInterval: LOOK_MS,
  });

/** DNS is asked when somebody looks, not again and again. */
export const dnsQuery = (id: number, selector: string, publicKey: string) =>
  queryOptions({
    queryKey: [...mailboxKeys.under(id, "dns"), selector, publicKey],
    queryFn: () =>
      read(
        client.GET("/api/v1/mailboxes/{mailbox_id}/dns", {
          params: {
            path: { mailbox_id: id },
            query:
              selector && publicKey
                ? { selector, public_key: publicKey.replace(/\s/g, "") }
                : undefined,
          },
        }),
      ),
    staleTime: 60_000,
    retry: false,
  });

/** The last mail of the mailbox to itself; looked at until it is there. */
export const selfTestQuery = (id: number) =>
  queryOptions({
    queryKey: selfTestKey(id),
    queryFn: async () => {
      const { data, response, error } = await client.GET(
        "/api/v1/mailboxes/{mailbox_id}/self-test",
        at(id),
      );
      if (response.status === 404) return null;
      return read(Promise.resolve({ data, response, error }));
    },
    refetchInterval: ({ state }) => {
      const stage = state.data?.stage;
      return stage === "queued" || stage === "sent" ? SELF_TEST_POLL_MS : false;
    },
  });

export const guessQuery = (address: string) =>
  queryOptions({
    queryKey: ["mailbox guess", address],
    queryFn: () => read(client.POST("/api/v1/mailboxes/guesses", { body: { address } })),
    staleTime: 5 * 60_000,
    retry: false,
  });
