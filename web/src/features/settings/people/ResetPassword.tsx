import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { ConfirmDialog } from "@/ui/Dialog";
import { SecretOnce } from "@/ui/SecretOnce";
import type { Person } from "../api";

/** Asks, then shows the new password once. */
export function ResetPassword({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const reset = useMutation({
    mutationFn: () =>
      read(
        client.POST("/api/v1/people/{person_id}/password", {
          params: { path: { person_id: person.id } },
        }),
      ),
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
  });
  if (reset.data) {
    return (
      <SecretOnce
        title={t("people.firstPassword", { name: person.name })}
        hint={t("people.passwordOnce")}
        secret={reset.data.password}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t("people.resetTitle", { name: person.name })}
      what={t("people.resetWhat")}
      confirmLabel={t("people.resetDo")}
      busy={reset.isPending}
      onConfirm={() => reset.mutate()}
    />
  );
}
