import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { type Mailbox, receivingQuery } from "@/api/mailboxes";
import { noticeText } from "@/api/notice";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ErrorState, Skeleton } from "@/ui/States";
import { type FetchState, guessQuery } from "./api";
import classes from "./Receiving.module.css";
import { ReceivingForm } from "./ReceivingForm";
import { ResultLine, type Tone } from "./ResultLine";

/** Where a mailbox's mail is fetched from, and how that does. */
export function ReceivingCard({ mailbox, locked }: { mailbox: Mailbox; locked: boolean }) {
  const { t } = useTranslation();
  const answer = useQuery(receivingQuery(mailbox.id));
  const fresh = answer.data?.settings === null;
  const guess = useQuery({ ...guessQuery(mailbox.address), enabled: fresh && !locked });
  const found = answer.data;
  return (
    <Card title={t("receiving.title")} padded>
      <div className={classes.stack}>
        {answer.error && !found && (
          <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
        )}
        {!found && !answer.error && <Skeleton rows={3} height={40} />}
        {found?.settings && <StateLines mailbox={mailbox} state={found.state} locked={locked} />}
        {found?.leftovers.map((left) => (
          <ResultLine key={left.uid} tone="warn" label={t("receiving.leftover")}>
            {t("receiving.leftoverOf", {
              uid: String(left.uid),
              words: noticeText(left.notice, left.words),
            })}
          </ResultLine>
        ))}
        {fresh && guess.isFetching && (
          <p className={classes.words} role="status">
            {t("receiving.guessing", { address: mailbox.address })}
          </p>
        )}
        {found && !(fresh && guess.isFetching) && (
          <fieldset disabled={locked} className={classes.fields}>
            <ReceivingForm
              mailbox={mailbox}
              receiving={found}
              guess={guess.data}
              onReload={async () => (await answer.refetch()).data?.settings ?? undefined}
            />
          </fieldset>
        )}
      </div>
    </Card>
  );
}

const tones: Record<FetchState["state"], Tone> = {
  connected: "good",
  waiting: "mute",
  failed: "bad",
  off: "mute",
};

type StateLinesProps = { mailbox: Mailbox; state: FetchState; locked: boolean };

function StateLines({ mailbox, state, locked }: StateLinesProps) {
  const { t } = useTranslation();
  const look = async () => {
    try {
      await read(
        client.POST("/api/v1/mailboxes/{mailbox_id}/receiving/fetch", {
          params: { path: { mailbox_id: mailbox.id } },
        }),
      );
      toast.show({ message: t("receiving.asked") });
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    }
  };
  return (
    <div className={classes.line}>
      <div className={classes.grow}>
        <ResultLine
          tone={tones[state.state]}
          label={t(`receiving.state.${state.state}`)}
          title={t(`receiving.state.${state.state}`)}
        >
          {noticeText(state.notice, state.words)} {t("receiving.fetched", { count: state.fetched })}
        </ResultLine>
      </div>
      {state.state !== "off" && !locked && (
        <Button size="s" icon="retry" onClick={() => void look()}>
          {t("receiving.look")}
        </Button>
      )}
    </div>
  );
}
