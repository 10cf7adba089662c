import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { type Session, sessionsQuery } from "../api";
import { Card } from "../components/Card";
import { Row } from "../components/Row";
import { NewTokenDialog } from "./NewTokenDialog";
import classes from "./Profile.module.css";
import { useEndSession } from "./sessions";

/** One's tokens for scripts. */
export function TokensCard() {
  const { t } = useTranslation();
  const tokens = useQuery(sessionsQuery).data?.filter((session) => session.kind === "token");
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Session | null>(null);
  const revoke = useEndSession(t("profile.revoked"));
  return (
    <Card
      title={t("profile.tokens")}
      hint={t("profile.tokensHint")}
      action={
        <Button look="line" icon="plus" onClick={() => setMaking(true)}>
          {t("profile.newToken")}
        </Button>
      }
    >
      {tokens?.length === 0 && <p className={classes.none}>{t("profile.noTokens")}</p>}
      <ul>
        {tokens?.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
        ))}
      </ul>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      {revoking && (
        <ConfirmDialog
          opened
          onClose={() => setRevoking(null)}
          title={t("profile.revokeTitle", { name: revoking.name })}
          what={t("profile.revokeWhat")}
          confirmLabel={t("profile.revoke")}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate(revoking.id, { onSettled: () => setRevoking(null) })}
        />
      )}
    </Card>
  );
}

function TokenRow({ token, onRevoke }: { token: Session; onRevoke: () => void }) {
  const { t, i18n } = useTranslation();
  const ends = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium" });
  return (
    <Row
      sign={<Icon name="plug" />}
      name={token.name}
      hint={
        <>
          <span>
            {token.scopes
              ? t("profile.scopesCount", { count: token.scopes.length })
              : t("profile.allScopes")}
          </span>
          <span>
            {t("profile.endsOn")} {ends.format(Date.parse(token.expires_at))}
          </span>
          <span>
            {t("profile.lastSeen")} <RelativeTime at={token.last_seen_at} />
          </span>
        </>
      }
      end={
        <Button
          size="s"
          look="line"
          aria-label={t("profile.revokeOf", { name: token.name })}
          onClick={onRevoke}
        >
          {t("profile.revoke")}
        </Button>
      }
    />
  );
}
