import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { Mailbox } from "@/api/mailboxes";
import { asProblem } from "@/api/problem";
import { sizeText } from "@/lib/sizes";
import { Button } from "@/ui/Button";
import { EditDialog } from "@/ui/EditDialog";
import { PasswordField, SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import {
  type Sending,
  type SendingChange,
  type SendingTest,
  saveSending,
  sendingKeys,
  sendingQuery,
} from "./api";
import { GuessedRelay } from "./GuessedRelay";
import { TestSteps } from "./TestSteps";

type SendingDialogProps = { mailbox: Mailbox; locked: boolean; onClose: () => void };

const securities = ["tls", "starttls", "offered", "none"] as const;

function fieldsOf(sending: Sending) {
  return {
    host: sending.host ?? "",
    port: sending.port === null ? "" : String(sending.port),
    security: sending.security,
    username: sending.username ?? "",
    password: "",
    max_per_minute: sending.max_per_minute === null ? "" : String(sending.max_per_minute),
    max_megabytes: sending.max_bytes === null ? "" : String(sending.max_bytes / MB),
    ask_delivery: sending.ask_delivery,
  };
}

const MB = 1_000_000;

type Fields = ReturnType<typeof fieldsOf>;

/** What the form says, as the API wants it; only what was touched. */
function changeOf(changed: Partial<Fields>): SendingChange {
  const text = (value: string | undefined) => (value === undefined ? value : value.trim() || null);
  const number = (value: string | undefined) =>
    value === undefined ? value : value.trim() ? Number(value) : null;
  return {
    host: text(changed.host),
    port: number(changed.port),
    security: changed.security,
    username: text(changed.username),
    password: changed.password || undefined,
    max_per_minute: number(changed.max_per_minute),
    max_bytes: bytesOf(number(changed.max_megabytes)),
    ask_delivery: changed.ask_delivery,
  };
}

const bytesOf = (megabytes: number | null | undefined) =>
  typeof megabytes === "number" ? Math.round(megabytes * MB) : megabytes;

/** The relay of one mailbox, tried live before it is saved. */
export function SendingDialog({ mailbox, locked, onClose }: SendingDialogProps) {
  const query = useQuery(sendingQuery(mailbox.id));
  if (!query.data) return null;
  return (
    <SendingForm
      mailbox={mailbox}
      sending={query.data}
      locked={locked}
      onClose={onClose}
      onReload={async () => (await query.refetch()).data}
    />
  );
}

type SendingFormProps = SendingDialogProps & {
  sending: Sending;
  onReload: () => Promise<Sending | undefined>;
};

function SendingForm({ mailbox, sending, locked, onClose, onReload }: SendingFormProps) {
  const { t, i18n } = useTranslation();
  const record = useRecord({
    stored: sending,
    fieldsOf: (stored = sending) => fieldsOf(stored),
    words: {
      host: t("sending.host"),
      port: t("sending.port"),
      security: {
        label: t("sending.security"),
        say: (security: Fields["security"]) => t(`sending.encryption.${security}`),
      },
      username: t("sending.username"),
      password: { label: t("sending.password"), say: () => "••••" },
      max_per_minute: t("sending.maxPerMinute"),
      max_megabytes: t("sending.maxMegabytes"),
      ask_delivery: t("sending.askDelivery"),
    },
    onReload,
    onClose,
    save: (_values, changed, version) => saveSending(mailbox.id, { ...changeOf(changed), version }),
    said: () => t("sending.saved", { name: mailbox.address }),
    stale: [sendingKeys.sending(mailbox.id)],
  });
  const { values, set } = record;
  const path = { params: { path: { mailbox_id: mailbox.id } } };
  const test = useTest((change) =>
    read(client.POST("/api/v1/mailboxes/{mailbox_id}/sending/test", { ...path, body: change })),
  );
  return (
    <EditDialog
      title={`${t("sending.title")}: ${mailbox.address}`}
      {...record.dialog}
      locked={locked}
      extra={
        !locked && (
          <Button
            type="button"
            size="l"
            look="line"
            busy={test.busy}
            onClick={() => void test.run(changeOf(record.changed))}
          >
            {t("sending.test")}
          </Button>
        )
      }
    >
      {sending.host === null && !locked && values.host === "" && (
        <GuessedRelay
          mailbox={mailbox}
          onTake={({ server, username }) =>
            set({
              host: server.host,
              port: String(server.port),
              security: server.security,
              username,
            })
          }
        />
      )}
      <TextField
        {...record.text("host")}
        label={t("sending.host")}
        placeholder={sending.fallback_host ?? "smtp.example.com"}
        description={
          sending.fallback_host
            ? t("sending.usesFallback", { host: sending.fallback_host })
            : t("sending.noRelay")
        }
        data-autofocus
      />
      {values.host.trim() !== "" && (
        <>
          <SelectField
            name="security"
            label={t("sending.security")}
            value={values.security}
            onChange={(event) => set({ security: event.currentTarget.value as Fields["security"] })}
            data={securities.map((one) => ({ value: one, label: t(`sending.encryption.${one}`) }))}
          />
          <TextField
            {...record.text("port")}
            label={t("sending.port")}
            inputMode="numeric"
            placeholder={
              { tls: "465", starttls: "587", offered: "25", none: "25" }[values.security]
            }
          />
          <TextField
            {...record.text("username")}
            label={t("sending.username")}
            autoComplete="off"
          />
          <PasswordField
            {...record.text("password")}
            label={t("sending.password")}
            autoComplete="new-password"
            description={sending.has_password ? t("sending.passwordKept") : undefined}
          />
        </>
      )}
      <TextField
        {...record.text("max_per_minute")}
        label={t("sending.maxPerMinute")}
        description={t("sending.maxPerMinuteHint")}
        inputMode="numeric"
      />
      <TextField
        {...record.text("max_megabytes")}
        label={t("sending.maxMegabytes")}
        description={
          sending.announced_max_bytes
            ? t("sending.announced", { size: sizeText(sending.announced_max_bytes, i18n.language) })
            : t("sending.notAnnounced")
        }
        inputMode="decimal"
      />
      <SwitchField
        {...record.toggle("ask_delivery")}
        label={t("sending.askDelivery")}
        description={t("sending.askDeliveryHint")}
      />
      <TestSteps busy={test.busy} found={test.found} />
    </EditDialog>
  );
}

/** Tries the relay as the form has it, saved or not. */
function useTest(ask: (change: SendingChange) => Promise<SendingTest>) {
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<SendingTest | null>(null);
  const run = async (change: SendingChange) => {
    setBusy(true);
    setFound(null);
    try {
      setFound(await ask(change));
    } catch (error) {
      setFound({ ok: false, steps: [{ ok: false, words: asProblem(error).message }] });
    } finally {
      setBusy(false);
    }
  };
  return { busy, found, run };
}
