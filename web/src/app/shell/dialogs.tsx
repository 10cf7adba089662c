import { createContext, type ReactNode, use, useMemo, useState } from "react";

export type DeskDialog =
  | "palette"
  | "help"
  | "new-ticket"
  | "export-list"
  | "export-ticket"
  | "explain"
  | "snooze"
  | "dismissed"
  | "checklist"
  | "reminder";

type DeskDialogs = {
  opened: DeskDialog | null;
  /** The ticket that it is about, where the address does not tell. */
  ticket?: number;
  open: (dialog: DeskDialog | null, ticket?: number) => void;
};

const DialogsContext = createContext<DeskDialogs>({ opened: null, open: () => {} });

/** Which of the desk's own dialogs is open; one at a time. */
export function DeskDialogsProvider({ children }: { children: ReactNode }) {
  const [shown, show] = useState<Pick<DeskDialogs, "opened" | "ticket">>({ opened: null });
  const value = useMemo(
    () => ({
      ...shown,
      open: (opened: DeskDialog | null, ticket?: number) => show({ opened, ticket }),
    }),
    [shown],
  );
  return <DialogsContext value={value}>{children}</DialogsContext>;
}

export const useDeskDialogs = () => use(DialogsContext);
