import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys, resolutionsQuery } from "@/api/directory";
import { asProblem } from "@/api/problem";
import type { Resolution } from "@/api/types";
import { useSettingsSearch } from "@/app/settings/search";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { useSaved } from "@/ui/saved";
import { ResolutionDialog } from "./ResolutionDialog";

const NEW = "reason-new";
const nameOf = (id: number) => `reason-${id}`;

/** The reasons for which tickets are resolved, in the order in which they are offered. */
export function ResolutionsCard({ locked }: { locked: boolean }) {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const answer = useQuery(resolutionsQuery);
  if (!answer.data) {
    if (answer.error) {
      return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
    }
    return <Skeleton rows={2} height={52} />;
  }
  const reasons = answer.data;
  const edited = reasons.find(({ id }) => nameOf(id) === opened);
  const reload = async () => (await answer.refetch()).data?.find(({ id }) => id === edited?.id);
  return (
    <Card
      title={t("resolutions.title")}
      hint={t("resolutions.hint")}
      action={
        !locked && (
          <Button look="line" icon="plus" onClick={() => open(NEW)}>
            {t("resolutions.add")}
          </Button>
        )
      }
    >
      {reasons.length === 0 && <EmptyState icon="check" title={t("resolutions.empty")} />}
      <ul>
        {reasons.map((reason) => (
          <Row
            key={reason.key}
            sign={<Icon name="check" />}
            name={reason.name}
            hint={hintOf(reason, t("statuses.outOfUse"))}
            faded={!reason.active}
            end={!locked && <Moves reason={reason} reasons={reasons} />}
            onOpen={() => open(nameOf(reason.id))}
          />
        ))}
      </ul>
      {opened === NEW && !locked && <ResolutionDialog locked={false} onClose={close} />}
      {edited && (
        <ResolutionDialog
          key={edited.id}
          resolution={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Card>
  );
}

const hintOf = ({ description, active }: Resolution, outOfUse: string) =>
  [description, !active && outOfUse].filter(Boolean).join(" · ");

/** Moves a reason one place up or down, as one change with an undo. */
function Moves({ reason, reasons }: { reason: Resolution; reasons: readonly Resolution[] }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const place = reasons.indexOf(reason);
  const move = async (to: number) => {
    const keys = reasons.map((one) => one.key);
    keys.splice(to, 0, ...keys.splice(place, 1));
    try {
      const written = await write(client.PUT("/api/v1/resolutions/order", { body: { keys } }));
      saved(written, t("resolutions.moved", { name: reason.name }), [directoryKeys.resolutions]);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  return (
    <>
      <IconButton
        icon="up"
        label={t("statuses.up", { name: reason.name })}
        disabled={place === 0}
        onClick={() => void move(place - 1)}
      />
      <IconButton
        icon="down"
        label={t("statuses.down", { name: reason.name })}
        disabled={place === reasons.length - 1}
        onClick={() => void move(place + 1)}
      />
    </>
  );
}
