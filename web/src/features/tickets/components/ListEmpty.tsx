import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMayOpenTickets } from "@/api/access";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { setupKeys, useSetupSteps } from "@/app/shell/setupSteps";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/States";
import { filterKeys } from "../properties";
import { DEFAULT_VIEW, isViewKey, type TicketSearch } from "../search";
import { useShownView } from "../views/shownView";

/** Only new desks show them. */
const FirstSteps = lazy(async () => ({
  default: (await import("@/app/shell/FirstSteps")).FirstSteps,
}));

/** Why the list is empty, and the one next step. */
export function ListEmpty({ search }: { search: TicketSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const view = search.view ?? DEFAULT_VIEW;
  const filtered = search.q || filterKeys.some((key) => search[key]);
  if (filtered) {
    return (
      <EmptyState
        icon="filter"
        title={t("tickets.empty.filtered")}
        hint={t("tickets.empty.filteredHint")}
        action={
          <Button
            look="line"
            onClick={() => void navigate({ to: "/desk/tickets", search: { view } })}
          >
            {t("tickets.clearFilters")}
          </Button>
        }
      />
    );
  }
  return <Quiet view={view} />;
}

/** An empty view: on a new desk an administrator's first steps, then what the view is for. */
function Quiet({ view }: { view: NonNullable<TicketSearch["view"]> }) {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const mayOpen = useMayOpenTickets();
  const shown = useShownView({ view });
  const steps = useSetupSteps();
  if (steps && setupKeys.some((key) => !steps[key]))
    return (
      <Suspense fallback={null}>
        <FirstSteps done={steps} />
      </Suspense>
    );
  if (shown?.broken) {
    return <EmptyState icon="warn" title={t("views.broken")} hint={t("views.brokenHint")} />;
  }
  if (!isViewKey(view)) {
    return <EmptyState icon="inbox" title={t("views.empty")} hint={t("views.emptyHint")} />;
  }
  return (
    <EmptyState
      icon={view === "waiting" ? "clock" : "inbox"}
      title={t(`tickets.empty.${view}`)}
      hint={t(`tickets.empty.${view}Hint`)}
      action={
        mayOpen && (
          <Button look="line" icon="plus" onClick={() => dialogs.open("new-ticket")}>
            {t("tickets.new")}
          </Button>
        )
      }
    />
  );
}
