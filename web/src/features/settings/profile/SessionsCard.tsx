import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ErrorState, Skeleton } from "@/ui/States";
import { sessionsQuery } from "../api";
import { EndOthersDialog } from "./EndOthersDialog";
import { SessionRow } from "./SessionRow";
import { useEndSession } from "./sessions";

/** Where one is signed in. */
export function SessionsCard() {
  const { t } = useTranslation();
  const query = useQuery(sessionsQuery);
  const end = useEndSession(t("profile.sessionEnded"));
  const [endingOthers, setEndingOthers] = useState(false);
  const sessions = query.data?.filter((session) => session.kind !== "token");
  const hasOthers = query.data?.some((session) => !session.current);
  return (
    <Card
      title={t("profile.sessions")}
      action={
        hasOthers && (
          <Button look="line" onClick={() => setEndingOthers(true)}>
            {t("access.endOthers")}
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton rows={2} height={52} />}
      {query.error && !sessions && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <ul>
        {sessions?.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            busy={end.isPending && end.variables === session.id}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
      {endingOthers && <EndOthersDialog onClose={() => setEndingOthers(false)} />}
    </Card>
  );
}
