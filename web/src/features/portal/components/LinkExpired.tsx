import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/States";
import { useNewLink } from "../api";
import { AskLink } from "./LinkInvalid";

/** A link that has ended: one click sends a new one to the requester's own address. */
export function LinkExpired({ token }: { token: string }) {
  const { t } = useTranslation();
  const newLink = useNewLink();
  if (newLink.isSuccess) {
    return (
      <EmptyState
        icon="mail"
        heading="h1"
        title={t("request.newLinkAsked")}
        hint={t("request.newLinkAskedHint")}
        action={<AskLink />}
      />
    );
  }
  const refusal = newLink.error ? asProblem(newLink.error).message : undefined;
  return (
    <EmptyState
      icon="clock"
      heading="h1"
      title={t("request.expired")}
      hint={refusal ?? t("request.expiredHint")}
      action={
        <Button look="gold" size="l" busy={newLink.isPending} onClick={() => newLink.mutate(token)}>
          {t("request.newLink")}
        </Button>
      }
    />
  );
}
