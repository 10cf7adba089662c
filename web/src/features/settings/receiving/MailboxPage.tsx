import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { useTeams } from "@/api/directory";
import { type Mailbox, mailboxesQuery } from "@/api/mailboxes";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { EmptyState, Skeleton } from "@/ui/States";
import { MailboxDialog } from "../mailboxes/MailboxDialog";
import { MailLookCard } from "../sending/MailLookCard";
import { SendingCard } from "../sending/SendingCard";
import { SigningKeysCard } from "../sending/SigningKeysCard";
import { DnsCard } from "./DnsCard";
import { FetchLogCard } from "./FetchLogCard";
import classes from "./Receiving.module.css";
import { ReceivingCard } from "./ReceivingCard";
import { SelfTestCard } from "./SelfTestCard";

const PERMISSION = "settings:mailboxes:edit";

/** All about one mailbox: where its mail comes from, and whether both directions work. */
export function MailboxPage() {
  const { t } = useTranslation();
  const { mailboxId } = useParams({ strict: false });
  const locked = useLocked(PERMISSION);
  const maySeeReceiving = useMayRead()("receiving");
  const answer = useQuery(mailboxesQuery);
  const mailbox = answer.data?.find((one) => String(one.id) === mailboxId);
  return (
    <Page section="mailboxes" permission={PERMISSION}>
      <Link to="/desk/settings/mailboxes" search={{}}>
        {t("receiving.all")}
      </Link>
      {!answer.data && <Skeleton rows={4} height={52} />}
      {answer.data && !mailbox && (
        <EmptyState icon="mail" title={t("receiving.gone")} hint={t("receiving.goneHint")} />
      )}
      {mailbox && <Overview mailbox={mailbox} locked={locked} />}
      {mailbox && <SendingCard mailbox={mailbox} locked={locked} />}
      {mailbox && <MailLookCard mailbox={mailbox} locked={locked} />}
      {mailbox && <SigningKeysCard domain={mailbox.address.split("@")[1] ?? ""} locked={locked} />}
      {mailbox && maySeeReceiving && (
        <>
          <ReceivingCard key={mailbox.id} mailbox={mailbox} locked={locked} />
          {!locked && <SelfTestCard mailbox={mailbox} />}
          <DnsCard mailbox={mailbox} />
          <FetchLogCard mailbox={mailbox} />
        </>
      )}
    </Page>
  );
}

function Overview({ mailbox, locked }: { mailbox: Mailbox; locked: boolean }) {
  const { t } = useTranslation();
  const { refetch } = useQuery(mailboxesQuery);
  const [editing, setEditing] = useState(false);
  const team = useTeams().find((one) => one.id === mailbox.team_id);
  const reload = async () => (await refetch()).data?.find((one) => one.id === mailbox.id);
  return (
    <Card
      title={mailbox.address}
      action={
        <Button size="s" icon="pen" onClick={() => setEditing(true)}>
          {t("receiving.edit")}
        </Button>
      }
      padded
    >
      <p className={classes.words}>
        {t("receiving.overview", { name: mailbox.name, team: team?.name ?? "" })}
        {!mailbox.active && ` ${t("settings.inactive")}.`}
      </p>
      {editing && (
        <MailboxDialog
          mailbox={mailbox}
          locked={locked}
          onReload={reload}
          onClose={() => setEditing(false)}
        />
      )}
    </Card>
  );
}
