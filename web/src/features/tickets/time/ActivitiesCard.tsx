import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { ActivityDialog } from "./ActivityDialog";
import { activitiesQuery } from "./api";

const NEW = "new";

/** The activities that time is told apart by, retired ones among them. */
export function ActivitiesCard() {
  const { t } = useTranslation();
  const locked = useLocked("settings:time:edit");
  const { opened, open, close } = useSettingsSearch();
  const answer = useQuery(activitiesQuery);
  if (answer.error)
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={2} height={52} />;
  const edited = answer.data.find(({ id }) => String(id) === opened);
  const reload = async () => (await answer.refetch()).data?.find(({ id }) => id === edited?.id);
  return (
    <Card
      title={t("timePage.activities")}
      hint={t("timePage.activitiesHint")}
      action={
        !locked && (
          <Button look="line" icon="plus" onClick={() => open(NEW)}>
            {t("timePage.addActivity")}
          </Button>
        )
      }
    >
      {answer.data.length === 0 && <EmptyState icon="timer" title={t("timePage.noActivities")} />}
      <ul>
        {answer.data.map((activity) => (
          <Row
            key={activity.id}
            sign={<Icon name="timer" />}
            name={activity.name}
            hint={[
              activity.billable ? t("timePage.activityBillable") : t("timeEntry.unbillable"),
              activity.retired && t("timePage.outOfUse"),
            ]
              .filter(Boolean)
              .join(" · ")}
            faded={activity.retired}
            onOpen={() => open(activity.id)}
          />
        ))}
      </ul>
      {opened === NEW && !locked && <ActivityDialog locked={false} onClose={close} />}
      {edited && (
        <ActivityDialog
          key={edited.id}
          activity={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Card>
  );
}
