import type { Choice, NotificationSettings } from "./api";

/** What the cards of the settings have: what holds, and how a choice is saved. */
export type CardProps = { settings: NotificationSettings; save: (choice: Choice) => void };
