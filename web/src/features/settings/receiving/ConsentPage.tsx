import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem, ownProblem, type ProblemError } from "@/api/problem";
import { Page } from "@/app/settings/SettingsPage";
import { EmptyState, ErrorState } from "@/ui/States";

/** The way back from a provider's consent page. */
export function ConsentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [refusal, setRefusal] = useState<ProblemError | null>(null);
  // What came back is good for one use, also where React runs an effect twice.
  const used = useRef(false);
  useEffect(() => {
    if (used.current) return;
    used.current = true;
    // Read as they stand: the router would take a code of digits for a number.
    const back = new URLSearchParams(location.search);
    const [code, state] = [back.get("code"), back.get("state")];
    if (!code || !state) {
      const words = back.get("error_description") ?? back.get("error");
      setRefusal(ownProblem(words ?? t("receiving.noCode")));
      return;
    }
    read(client.POST("/api/v1/mailboxes/consents", { body: { code, state } })).then(
      ({ mailbox_id }) =>
        navigate({
          to: "/desk/settings/mailboxes/$mailboxId",
          params: { mailboxId: String(mailbox_id) },
          replace: true,
        }),
      (thrown) => setRefusal(asProblem(thrown)),
    );
  }, [navigate, t]);
  return (
    <Page section="mailboxes">
      {refusal ? (
        <ErrorState error={refusal} />
      ) : (
        <EmptyState icon="lock" title={t("receiving.agreeing")} />
      )}
    </Page>
  );
}
