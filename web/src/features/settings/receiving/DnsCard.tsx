import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { noticeText } from "@/api/notice";
import { copyText } from "@/lib/clipboard";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Form, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { type DnsItem, dnsQuery } from "./api";
import classes from "./Receiving.module.css";
import { ResultLine, type Tone } from "./ResultLine";

const tones: Record<DnsItem["verdict"], Tone> = {
  good: "good",
  weak: "warn",
  missing: "bad",
  wrong: "bad",
  unknown: "mute",
};

/** What DNS says of the mailbox's domain, with the exact records to add. */
export function DnsCard({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const [key, setKey] = useState({ selector: "", publicKey: "" });
  const answer = useQuery({
    ...dnsQuery(mailbox.id, key.selector, key.publicKey),
    enabled: wanted,
  });
  const check = async (form: FormData) => {
    setKey({
      selector: String(form.get("selector") ?? "").trim(),
      publicKey: String(form.get("public_key") ?? "").trim(),
    });
    if (wanted) await answer.refetch();
    setWanted(true);
  };
  const domain = mailbox.address.split("@").at(-1) ?? "";
  return (
    <Card title={t("receiving.dns")} padded>
      <div className={classes.stack}>
        <p className={classes.words}>{t("receiving.dnsHint", { domain })}</p>
        {answer.error && <ErrorState error={answer.error} />}
        {answer.isFetching && !answer.data && <Skeleton rows={5} height={32} />}
        {answer.data && (
          <ul className={classes.list}>
            {answer.data.items.map((item) => (
              <DnsLine key={item.subject} item={item} />
            ))}
          </ul>
        )}
        <Form onSubmit={check} label={t("receiving.dns")}>
          {() => (
            <>
              <div className={classes.even}>
                <TextField name="selector" label={t("receiving.selector")} defaultValue="" />
                <TextField name="public_key" label={t("receiving.publicKey")} defaultValue="" />
              </div>
              <div className={classes.actions}>
                <Button type="submit" look="line" icon="search" busy={answer.isFetching}>
                  {t("receiving.dnsCheck")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </div>
    </Card>
  );
}

function DnsLine({ item }: { item: DnsItem }) {
  const { t } = useTranslation();
  const { add } = item;
  const copy = async () => {
    if (add) await copyText(add.value);
    toast.show({ message: t("settings.copied") });
  };
  return (
    <li>
      <ResultLine
        tone={tones[item.verdict]}
        label={t(`receiving.verdicts.${item.verdict}`)}
        title={t(`receiving.subjects.${item.subject}`)}
      >
        {noticeText(item.notice, item.words)}
      </ResultLine>
      {add && (
        <div className={classes.record}>
          <span className={classes.mute}>
            {t(item.verdict === "missing" ? "receiving.add" : "receiving.change", {
              type: add.type,
              name: add.name,
            })}
          </span>
          <code>{add.value}</code>
          <div className={classes.actions}>
            <Button size="s" icon="copy" onClick={() => void copy()}>
              {t("settings.copy")}
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}
