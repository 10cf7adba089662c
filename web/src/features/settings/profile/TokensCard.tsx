import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ConfirmDialog } from "@/ui/Dialog";
import { type Session, sessionsQuery } from "../api";
import { NewTokenDialog } from "./NewTokenDialog";
import classes from "./Profile.module.css";
import { countDescendants, TokenRow } from "./SessionRow";
import { useEndSession } from "./sessions";

/** One's tokens for scripts. */
export function TokensCard() {
  const { t } = useTranslation();
  const tokens = useQuery(sessionsQuery).data?.filter((session) => session.kind === "token");
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Session | null>(null);
  const children = revoking && tokens ? countDescendants(revoking.id, tokens) : 0;
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
          <TokenRow
            key={token.id}
            token={token}
            tokens={tokens}
            onRevoke={() => setRevoking(token)}
          />
        ))}
      </ul>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      {revoking && (
        <ConfirmDialog
          opened
          onClose={() => setRevoking(null)}
          title={t("profile.revokeTitle", { name: revoking.name })}
          what={
            children > 0
              ? t("access.revokeWithChildren", { count: children })
              : t("profile.revokeWhat")
          }
          confirmLabel={t("profile.revoke")}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate(revoking.id, { onSettled: () => setRevoking(null) })}
        />
      )}
    </Card>
  );
}
