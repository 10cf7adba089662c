import { useMediaQuery } from "@mantine/hooks";
import { useStored } from "@/lib/browserStorage";

/** Widths at which panes come and go, in px. */
const PHONE_BELOW = 768;
const RAIL_FROM = 1200;
const LIST_FROM = 1160;
const PANEL_FROM = 1320;

const now = { getInitialValueInEffect: false };

export type Layout = {
  phone: boolean;
  railSmall: boolean;
  toggleRail: () => void;
  /** Whether the list fits beside an open ticket. */
  listBeside: boolean;
  /** Whether the properties fit beside the thread; else they open over it. */
  panelBeside: boolean;
};

/** Which panes this window has room for. */
export function useLayout(): Layout {
  const phone = useMediaQuery(`(max-width: ${PHONE_BELOW - 1}px)`, false, now);
  const railFits = useMediaQuery(`(min-width: ${RAIL_FROM}px)`, true, now);
  const listBeside = useMediaQuery(`(min-width: ${LIST_FROM}px)`, true, now);
  const panelBeside = useMediaQuery(`(min-width: ${PANEL_FROM}px)`, true, now);
  const [rail, setRail] = useStored<"wide" | "small">("atum.rail", "wide");
  return {
    phone,
    railSmall: !railFits || rail === "small",
    toggleRail: () => setRail(rail === "wide" ? "small" : "wide"),
    listBeside,
    panelBeside,
  };
}
