import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { ErrorState, Skeleton } from "@/ui/States";
import { type Session, sessionsQuery } from "../api";
import { Card } from "../components/Card";
import { Row } from "../components/Row";
import { browserOf } from "./browser";
import classes from "./Profile.module.css";
import { useEndSession } from "./sessions";

/** Where one is signed in. */
export function SessionsCard() {
  const { t } = useTranslation();
  const query = useQuery(sessionsQuery);
  const end = useEndSession(t("profile.sessionEnded"));
  const sessions = query.data?.filter((session) => session.kind !== "token");
  return (
    <Card title={t("profile.sessions")}>
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
    </Card>
  );
}

type SessionRowProps = { session: Session; busy: boolean; onEnd: () => void };

function SessionRow({ session, busy, onEnd }: SessionRowProps) {
  const { t } = useTranslation();
  const name = sessionName(session, t);
  return (
    <Row
      sign={<Icon name={/Mobile|Android|iPhone/.test(session.user_agent) ? "phone" : "panel"} />}
      name={name}
      hint={
        <>
          {session.ip && <bdi>{session.ip}</bdi>}
          <span>
            {t("profile.lastSeen")} <RelativeTime at={session.last_seen_at} />
          </span>
        </>
      }
      end={
        session.current ? (
          <span className={classes.here}>{t("profile.thisOne")}</span>
        ) : (
          <Button
            size="s"
            look="line"
            busy={busy}
            aria-label={t("profile.endSessionOf", { name })}
            onClick={onEnd}
          >
            {t("profile.endSession")}
          </Button>
        )
      }
    />
  );
}

function sessionName(session: Session, t: TFunction): string {
  const { browser, system } = browserOf(session.user_agent);
  if (!browser) return t("profile.unknownBrowser");
  return system ? t("profile.onSystem", { browser, system }) : browser;
}
