import { useLocation } from "@tanstack/react-router";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { parseTicketSearch } from "../search";
import ExplainDialog from "./ExplainDialog";
import { useShownView } from "./shownView";

/** The dialog for the ticket that a list's keys act on, or for the open one, and the view of the list. */
export default function ExplainHere({ onClose }: { onClose: () => void }) {
  const { ticket } = useDeskDialogs();
  const { open, search } = useLocation({
    select: ({ pathname, search }) => ({
      open: /\/desk\/tickets\/(\d+)/.exec(pathname)?.[1],
      search: parseTicketSearch(search as Record<string, unknown>),
    }),
    structuralSharing: true,
  });
  const view = useShownView(search);
  const number = ticket ?? (open === undefined ? undefined : Number(open));
  return <ExplainDialog view={view} number={number} onClose={onClose} />;
}
