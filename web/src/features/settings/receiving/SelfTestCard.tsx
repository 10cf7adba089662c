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
import { selfTestKey, selfTestQuery } from "./api";
import classes from "./Receiving.module.css";
import { ResultLine, type Tone } from "./ResultLine";

const tones: Record<string, Tone> = {
  queued: "mute",
  sent: "mute",
  arrived: "good",
  failed: "bad",
};

/** A mail from the mailbox to itself: whether both directions work, told while it is on its way. */
export function SelfTestCard({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const selfTest = useQuery(selfTestQuery(mailbox.id)).data;
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      const begun = await read(
        client.POST("/api/v1/mailboxes/{mailbox_id}/self-test", {
          params: { path: { mailbox_id: mailbox.id } },
        }),
      );
      queryClient.setQueryData(selfTestKey(mailbox.id), begun);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t("receiving.selfTest")} padded>
      <div className={classes.stack}>
        <p className={classes.words}>{t("receiving.selfTestHint", { address: mailbox.address })}</p>
        {selfTest && (
          <div role="status">
            <ResultLine
              tone={tones[selfTest.stage] ?? "mute"}
              label={t(`receiving.stages.${selfTest.stage}`)}
              title={t(`receiving.stages.${selfTest.stage}`)}
            >
              {noticeText(selfTest.notice, selfTest.words)}
            </ResultLine>
          </div>
        )}
        <div className={classes.actions}>
          <Button look="line" icon="send" busy={busy} onClick={() => void begin()}>
            {t("receiving.selfTestBegin")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
