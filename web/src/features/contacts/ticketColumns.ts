import { storeItem, useStored } from "@/lib/browserStorage";

const KEY = "atum.contactTickets.columns";

/** The columns of the lists of tickets on the pages of contacts and organizations; kept in this browser. */
export function useTicketColumns() {
  const [kept] = useStored<string>(KEY, "");
  const columns = kept ? kept.split(",") : [];
  return [
    columns,
    (next: readonly string[]) => void storeItem(KEY, next.join(",") || null),
  ] as const;
}
