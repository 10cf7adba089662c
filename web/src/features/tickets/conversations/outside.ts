import { createContext } from "react";
import type { MessageItem } from "@/api/types";

/** What is to be written to others about the open ticket: a forward, of one message or of all, or a conversation. */
export type Outside = { kind: "forward"; message: MessageItem | null } | { kind: "side" };

/** Opens the dialog to forward a message of the thread around; null where nothing can be forwarded. */
export const ForwardMessage = createContext<((message: MessageItem) => void) | null>(null);
