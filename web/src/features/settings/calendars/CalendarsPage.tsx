import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { calendarsQuery } from "./api";
import { CalendarDialog } from "./CalendarDialog";
import { weekText } from "./draft";
import { ImportButton } from "./ImportButton";
import "./texts";

const PERMISSION = "settings:calendars:edit";

/** The calendars of the workspace: when it works. */
export function CalendarsPage() {
  const { t, i18n } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = useQuery(calendarsQuery);
  const calendars = answer.data ?? [];
  const edited = calendars.find((calendar) => String(calendar.id) === opened);
  const reload = async () => (await answer.refetch()).data?.find((one) => one.id === edited?.id);
  return (
    <Page
      section="calendars"
      permission={PERMISSION}
      add={{ label: t("calendars.add"), onAdd: () => open("new") }}
    >
      {!answer.data && answer.error && (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <Skeleton rows={3} height={52} />}
      {answer.data?.length === 0 && (
        <EmptyState icon="clock" title={t("calendars.empty")} hint={t("calendars.emptyHint")} />
      )}
      {calendars.length > 0 && (
        <Card>
          <ul>
            {calendars.map((calendar) => (
              <Row
                key={calendar.id}
                sign={<Icon name="clock" />}
                name={calendar.name}
                hint={`${weekText(calendar.hours, i18n.language) || t("calendars.closed")} · ${calendar.time_zone}`}
                end={!locked && <ImportButton calendar={calendar} />}
                onOpen={() => open(calendar.id)}
              />
            ))}
          </ul>
        </Card>
      )}
      {opened === "new" && !locked && <CalendarDialog locked={false} onClose={close} />}
      {edited && (
        <CalendarDialog
          key={edited.id}
          calendar={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}
