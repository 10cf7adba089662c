import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { Mailbox } from "@/api/mailboxes";
import { noticeText } from "@/api/notice";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { tripKey, tripQuery } from "./api";
import classes from "./Receiving.module.css";
import { Told, type Tone } from "./Told";

const tones: Record<string, Tone> = {
  queued: "mute",
  sent: "mute",
  arrived: "good",
  failed: "bad",
};

/** A mail from the mailbox to itself: whether both directions work, told while it is on its way. */
export function TripCard({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const trip = useQuery(tripQuery(mailbox.id)).data;
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      const begun = await read(
        client.POST("/api/v1/mailboxes/{mailbox_id}/trip", {
          params: { path: { mailbox_id: mailbox.id } },
        }),
      );
      queryClient.setQueryData(tripKey(mailbox.id), begun);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t("receiving.trip")} padded>
      <div className={classes.stack}>
        <p className={classes.words}>{t("receiving.tripHint", { address: mailbox.address })}</p>
        {trip && (
          <div role="status">
            <Told
              tone={tones[trip.stage] ?? "mute"}
              label={t(`receiving.stages.${trip.stage}`)}
              title={t(`receiving.stages.${trip.stage}`)}
            >
              {noticeText(trip.notice, trip.words)}
            </Told>
          </div>
        )}
        <div className={classes.actions}>
          <Button look="line" icon="send" busy={busy} onClick={() => void begin()}>
            {t("receiving.tripBegin")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
