import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { outgoingKeys, type StoppedAddress } from "@/api/outbox";
import { asProblem } from "@/api/problem";
import { useMe } from "@/api/session";
import type { MailAddress, Ticket } from "@/api/types";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import classes from "./MailNotice.module.css";

const LIFT = "contact:edit";

/** Lets mail to an address leave again. */
export function useLift() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const [busy, setBusy] = useState(false);
  const lift = async (stopped: StoppedAddress) => {
    setBusy(true);
    try {
      const { changeId } = await write(
        client.POST("/api/v1/stopped-addresses/{standing_id}/lift", {
          params: { path: { standing_id: stopped.id } },
        }),
      );
      const message = t("outgoing.lifted", { email: stopped.email });
      if (changeId !== null) offer({ changeId, message });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: outgoingKeys.outbox });
      void queryClient.invalidateQueries({ queryKey: ["ticket"] });
    }
  };
  const may = useMe().permissions.includes(LIFT);
  return { lift, busy, may };
}

/** Says before somebody writes that mail to one of these people would only come back. */
export function StoppedNotice({ ticket, people }: { ticket: Ticket; people: MailAddress[] }) {
  const { t } = useTranslation();
  const { lift, busy, may } = useLift();
  const addressed = new Set(people.map((one) => one.address.toLowerCase()));
  const among = ticket.requester.stopped?.filter((one) => addressed.has(one.email.toLowerCase()));
  return among?.map((stopped) => (
    <div key={stopped.id} className={classes.notice} role="alert">
      <Icon name="warn" className={classes.bad} />
      <span className={`${classes.words} ${classes.bad}`}>
        {t("outgoing.stopped", { email: stopped.email, words: stopped.words })}
      </span>
      {may && (
        <Button size="s" disabled={busy} onClick={() => void lift(stopped)}>
          {t("outgoing.lift")}
        </Button>
      )}
    </div>
  ));
}
