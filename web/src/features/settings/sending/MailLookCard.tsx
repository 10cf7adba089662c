import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { sendingQuery } from "./api";
import { MailLookDialog } from "./MailLookDialog";

type MailLookCardProps = { mailbox: Mailbox; locked: boolean };

/** What mail of a mailbox looks like, beside its layout. */
export function MailLookCard({ mailbox, locked }: MailLookCardProps) {
  const { t } = useTranslation();
  const query = useQuery(sendingQuery(mailbox.id));
  const [opened, { open, close }] = useDisclosure(false);
  const sending = query.data;
  if (!sending) return null;
  const quotes = t("sending.quotes", { count: sending.quoted_messages });
  const line = t(sending.marker ? "sending.withMarker" : "sending.withoutMarker");
  return (
    <Card
      title={t("sending.look")}
      hint={t("sending.lookHint")}
      action={
        <Button size="s" icon="pen" onClick={open}>
          {t("receiving.edit")}
        </Button>
      }
    >
      <ul>
        <Row
          sign={<Icon name="mail" />}
          name={t(sending.plain_text ? "sending.plainText" : "sending.htmlAndText")}
          hint={sending.plain_text ? quotes : `${line} ${quotes}`}
        />
      </ul>
      {opened && (
        <MailLookDialog
          mailbox={mailbox}
          sending={sending}
          locked={locked}
          onReload={async () => (await query.refetch()).data}
          onClose={close}
        />
      )}
    </Card>
  );
}
