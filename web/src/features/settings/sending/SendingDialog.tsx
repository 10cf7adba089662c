import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import type { Mailbox } from "@/api/mailboxes";
import { asProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { PasswordField, SelectField, SwitchField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import {
  type Sending,
  type SendingChange,
  type SendingTest,
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
    ask_delivery: sending.ask_delivery,
  };
}

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
    ask_delivery: changed.ask_delivery,
  };
}

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
  const { t } = useTranslation();
  const saved = useSaved();
  const edits = useEdits(fieldsOf(sending));
  const { values } = edits;
  const [version, setVersion] = useState(sending.version);
  const path = { params: { path: { mailbox_id: mailbox.id } } };
  const save = async () => {
    const written = await write(
      client.PATCH("/api/v1/mailboxes/{mailbox_id}/sending", {
        ...path,
        body: { ...changeOf(edits.changed), version },
      }),
    );
    saved(written, t("sending.saved", { name: mailbox.address }), [
      sendingKeys.sending(mailbox.id),
    ]);
    onClose();
  };
  const takeIn = async () => {
    const newer = await onReload();
    if (!newer) return;
    edits.rebase(fieldsOf(newer));
    setVersion(newer.version);
  };
  const test = useTest((change) =>
    read(client.POST("/api/v1/mailboxes/{mailbox_id}/sending/test", { ...path, body: change })),
  );
  const set = (part: Partial<Fields>) => edits.set(part);
  return (
    <EditDialog
      title={`${t("sending.title")}: ${mailbox.address}`}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
      extra={
        !locked && (
          <Button
            type="button"
            size="l"
            look="line"
            busy={test.busy}
            onClick={() => void test.run(changeOf(edits.changed))}
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
        name="host"
        label={t("sending.host")}
        placeholder={sending.fallback_host ?? "smtp.example.com"}
        description={
          sending.fallback_host
            ? t("sending.usesFallback", { host: sending.fallback_host })
            : t("sending.noRelay")
        }
        value={values.host}
        onChange={(event) => set({ host: event.currentTarget.value })}
        data-autofocus
      />
      {values.host.trim() !== "" && (
        <>
          <SelectField
            name="security"
            label={t("sending.security")}
            value={values.security}
            onChange={(event) => set({ security: event.currentTarget.value as Fields["security"] })}
            data={securities.map((one) => ({ value: one, label: t(`sending.securities.${one}`) }))}
          />
          <TextField
            name="port"
            label={t("sending.port")}
            inputMode="numeric"
            placeholder={
              { tls: "465", starttls: "587", offered: "25", none: "25" }[values.security]
            }
            value={values.port}
            onChange={(event) => set({ port: event.currentTarget.value })}
          />
          <TextField
            name="username"
            label={t("sending.username")}
            autoComplete="off"
            value={values.username}
            onChange={(event) => set({ username: event.currentTarget.value })}
          />
          <PasswordField
            name="password"
            label={t("sending.password")}
            autoComplete="new-password"
            description={sending.has_password ? t("sending.passwordKept") : undefined}
            value={values.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
        </>
      )}
      <TextField
        name="max_per_minute"
        label={t("sending.maxPerMinute")}
        description={t("sending.maxPerMinuteHint")}
        inputMode="numeric"
        value={values.max_per_minute}
        onChange={(event) => set({ max_per_minute: event.currentTarget.value })}
      />
      <SwitchField
        name="ask_delivery"
        label={t("sending.askDelivery")}
        description={t("sending.askDeliveryHint")}
        checked={values.ask_delivery}
        onChange={(event) => set({ ask_delivery: event.currentTarget.checked })}
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
