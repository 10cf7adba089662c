import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { sendingQuery } from "./api";
import { SendingDialog } from "./SendingDialog";

/** Where the mail of a mailbox leaves. */
export function SendingCard({ mailbox, locked }: { mailbox: Mailbox; locked: boolean }) {
  const { t } = useTranslation();
  const sending = useQuery(sendingQuery(mailbox.id)).data;
  const [opened, { open, close }] = useDisclosure(false);
  if (!sending) return null;
  const { host, port, fallback_host } = sending;
  const hint = host
    ? t("sending.usesOwn")
    : fallback_host
      ? t("sending.usesFallback", { host: fallback_host })
      : t("sending.noRelay");
  const name = host ? `${host}:${port}` : (fallback_host ?? t("sending.none"));
  return (
    <Card
      title={t("sending.title")}
      hint={t("sending.hint")}
      action={
        <Button size="s" icon={host ? "pen" : "plus"} onClick={open}>
          {t(host ? "receiving.edit" : "sending.name")}
        </Button>
      }
    >
      <ul>
        <Row
          sign={<Icon name={host || fallback_host ? "send" : "warn"} />}
          name={name}
          hint={hint}
        />
      </ul>
      {opened && <SendingDialog mailbox={mailbox} locked={locked} onClose={close} />}
    </Card>
  );
}
