import { createContext, type ReactNode, use, useMemo, useState } from "react";

export type DeskDialog = "palette" | "help" | "new-ticket" | "export-list" | "export-ticket";

type DeskDialogs = { opened: DeskDialog | null; open: (dialog: DeskDialog | null) => void };

const DialogsContext = createContext<DeskDialogs>({ opened: null, open: () => {} });

/** Which of the desk's own dialogs is open; one at a time. */
export function DeskDialogsProvider({ children }: { children: ReactNode }) {
  const [opened, open] = useState<DeskDialog | null>(null);
  const value = useMemo(() => ({ opened, open }), [opened]);
  return <DialogsContext value={value}>{children}</DialogsContext>;
}

export const useDeskDialogs = () => use(DialogsContext);
