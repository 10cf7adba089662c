import { createContext } from "react";
import type { TicketList } from "./listSections";
import type { TicketSearch } from "./search";

/** The list that the open ticket stands in, whether it is shown beside it or not. */
export const ListBeside = createContext<{ search: TicketSearch; list: TicketList } | null>(null);
