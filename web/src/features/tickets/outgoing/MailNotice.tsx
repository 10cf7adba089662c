import { Menu } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useOutboxActions } from "@/api/outbox";
import { useMe } from "@/api/session";
import type { MessageItem } from "@/api/types";
import { stampText } from "@/lib/time";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { EditReplyDialog } from "./EditReplyDialog";
import classes from "./MailNotice.module.css";
import { MomentDialog } from "./SendTimeDialog";
import { MomentItems } from "./SendTimeItems";

type Mail = NonNullable<MessageItem["mail"]>;
type NoticeProps = {
  message: MessageItem;
  mail: Mail;
  theirZone?: string | null;
  /** Addresses of the ticket's people that mail came back from. */
  stopped?: { email: string }[];
};

const MANAGE = "outbox:manage";
const troubled = new Set<Mail["state"]>(["failed", "bounced", "unknown"]);

/** What becomes of a reply's mail, in words, where there is something to know or to do. */
export function MailNotice({ message, mail, theirZone, stopped }: NoticeProps) {
  const me = useMe();
  const words = useWords(mail);
  const mayAct = message.author.id === me.person.id || me.permissions.includes(MANAGE);
  if (!words) return null;
  const bad = troubled.has(mail.state);
  const drawing: IconName = bad ? "warn" : mail.state === "cancelled" ? "x" : "clock";
  return (
    <div className={classes.notice} role={bad ? "alert" : "status"}>
      <Icon name={drawing} className={bad ? classes.bad : ""} />
      <span className={`${classes.words} ${bad ? classes.bad : ""}`}>{words}</span>
      {mayAct && <Doings message={message} mail={mail} theirZone={theirZone} stopped={stopped} />}
    </div>
  );
}

function useWords(mail: Mail): string | null {
  const { t, i18n } = useTranslation();
  const stamp = (at: string) => stampText(Date.parse(at), Date.now(), i18n.language);
  const said = [mail.last_error, mail.meaning].filter(Boolean).join(" ");
  switch (mail.state) {
    case "held":
      return mail.send_at
        ? t("outgoing.leavesAt", { when: stamp(mail.send_at) })
        : t("outgoing.leavesSoon");
    case "queued":
      if (mail.attempts === 0) return null;
      return mail.next_attempt_at
        ? t("outgoing.triedAgainAt", { when: stamp(mail.next_attempt_at), said })
        : t("outgoing.triedAgain", { said });
    case "failed":
      return t("outgoing.failed", { said });
    case "bounced":
      return t("outgoing.bounced", { said });
    case "unknown":
      return t("outgoing.unknown", { said });
    case "cancelled":
      return t("outgoing.notSent");
    default:
      return null;
  }
}

function Doings({ message, mail, theirZone, stopped }: NoticeProps) {
  const { t } = useTranslation();
  const { sendAgain, cancel, arrived, retime, busy } = useOutboxActions();
  const [asking, ask] = useState<"edit" | "moment" | null>(null);
  const id = mail.outbox_id;
  const waits = mail.state === "held";
  const time = (at: Date | null) => retime.mutate({ id, version: mail.version, at });
  return (
    <span className={classes.doings}>
      {waits && (
        <>
          <Button size="s" disabled={busy} onClick={() => ask("edit")}>
            {t("outgoing.edit")}
          </Button>
          <Menu position="bottom-end" width={260}>
            <Menu.Target>
              <Button size="s" disabled={busy} iconAfter="down">
                {t("outgoing.changeTime")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <MomentItems theirZone={theirZone} onChoose={time} onAsk={() => ask("moment")} />
            </Menu.Dropdown>
          </Menu>
          <Button size="s" disabled={busy} onClick={() => time(null)}>
            {t("outgoing.sendNow")}
          </Button>
        </>
      )}
      {(waits || mail.state === "queued") && (
        <Button size="s" disabled={busy} onClick={() => cancel.mutate(id)}>
          {t("outgoing.cancel")}
        </Button>
      )}
      {mail.state === "unknown" && (
        <Button size="s" disabled={busy} icon="check" onClick={() => arrived.mutate(id)}>
          {t("outgoing.itArrived")}
        </Button>
      )}
      {(troubled.has(mail.state) || mail.state === "cancelled") && (
        <Button size="s" disabled={busy} icon="retry" onClick={() => sendAgain.mutate(id)}>
          {t(mail.state === "cancelled" ? "outgoing.sendAfterAll" : "outgoing.sendAgain")}
        </Button>
      )}
      {asking === "edit" && (
        <EditReplyDialog
          message={message}
          mail={mail}
          stopped={stopped}
          onClose={() => ask(null)}
        />
      )}
      {asking === "moment" && (
        <MomentDialog
          opened
          at={mail.send_at ? new Date(mail.send_at) : undefined}
          onClose={() => ask(null)}
          onChoose={time}
        />
      )}
    </span>
  );
}
