import "@/app/pageTexts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useMe } from "@/api/session";
import { useUndo } from "@/api/undo";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { ErrorState, Skeleton } from "@/ui/States";
import { originQuery } from "../dismiss";
import classes from "./DismissedDialog.module.css";

/** What shall become of the next mail of who or what sent a ticket that was sent away. */
export default function DismissedDialog() {
  const { t } = useTranslation();
  const { ticket: number = 0, open } = useDeskDialogs();
  const close = () => open(null);
  const { permissions } = useMe();
  const query = useQuery(originQuery(number));
  const refuse = useRefuse(close);
  const rules = query.data
    ? ([
        { kind: "list", value: query.data.list_id },
        { kind: "address", value: query.data.address },
        { kind: "domain", value: query.data.domain },
      ] as const)
    : [];
  return (
    <Dialog opened onClose={close} title={t("dismiss.next")} width={460}>
      <p className={classes.hint}>{t("dismiss.nextHint", { number: String(number) })}</p>
      {query.isPending && <Skeleton rows={3} height={40} />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {!permissions.includes("mail:quarantine") && (
        <p className={classes.hint}>{t("verbs.lacks", { permission: "mail:quarantine" })}</p>
      )}
      <div className={classes.rules}>
        {rules.map(({ kind, value }) => {
          if (!value) return null;
          const isBlocked = query.data?.blocked.includes(kind);
          return (
            <Button
              key={kind}
              size="l"
              look="line"
              icon="x"
              disabled={isBlocked || !permissions.includes("mail:quarantine")}
              onClick={() => void refuse(kind === "list", value)}
            >
              <span className="cut" data-whole>
                {t(isBlocked ? `dismiss.is.${kind}` : `dismiss.refuse.${kind}`, { value })}
              </span>
            </Button>
          );
        })}
      </div>
      <p className={classes.hint}>
        <Link to="/desk/outbox" search={{ box: "quarantine" }} onClick={close}>
          {t("dismiss.where")}
        </Link>
      </p>
      <DialogActions>
        <Button size="l" look="gold" onClick={close} data-autofocus>
          {t("dismiss.noRule")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Adds a rule of refused senders, with an undo. */
function useRefuse(onDone: () => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return async (list: boolean, value: string) => {
    try {
      const { changeId } = await write(
        client.POST("/api/v1/mail/blocks", { body: { value, list } }),
      );
      const message = t("dismiss.refused", { value });
      if (changeId === null) toast.show({ message });
      else offer({ changeId, message });
      void queryClient.invalidateQueries({ queryKey: ["mails"] });
      onDone();
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
}
