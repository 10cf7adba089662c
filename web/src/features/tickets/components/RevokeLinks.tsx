import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { useRevokeLinks } from "../api";
import classes from "./Properties.module.css";

/** Makes the links useless that the requester was mailed, after a question. */
export function RevokeLinks({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const revoke = useRevokeLinks(ticket.number);
  const confirm = () =>
    revoke.mutate(undefined, {
      onSuccess: ({ ended_sessions: count }) => {
        setAsked(false);
        toast.show({ message: t("ticket.linksRevoked", { count }) });
      },
      onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    });
  return (
    <>
      <Button size="s" icon="link" className={classes.action} onClick={() => setAsked(true)}>
        {t("ticket.revokeLinks")}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t("ticket.revokeLinks")}
        what={t("ticket.revokeLinksHint", { name: ticket.requester.name })}
        confirmLabel={t("ticket.revokeLinksConfirm")}
        busy={revoke.isPending}
        onConfirm={confirm}
      />
    </>
  );
}
