import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import { type Mailbox, mailboxKeys } from "@/api/mailboxes";
import { noticeText } from "@/api/notice";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Form, PasswordField, SelectField, SwitchField, TextField } from "@/ui/Form";
import { MeanwhileFields } from "@/ui/MeanwhileFields";
import type { FieldWords } from "@/ui/meanwhile";
import { useRecord } from "@/ui/record";
import {
  fetchLogKey,
  type Guess,
  type Receiving,
  type ReceivingInput,
  type ReceivingTestResult,
} from "./api";
import { OAuthFields } from "./OAuthFields";
import classes from "./Receiving.module.css";
import { ResultLine } from "./ResultLine";

type FormProps = {
  mailbox: Mailbox;
  receiving: Receiving;
  guess?: Guess;
  onReload: () => Promise<Settings | undefined>;
};

type Fields = Omit<ReceivingInput, "version">;
type Settings = NonNullable<Receiving["settings"]>;

/** What stands in the form at first: what is stored, else what was guessed, else the usual. */
function start(mailbox: Mailbox, settings: Settings | null, guess?: Guess): Fields {
  if (settings) {
    const { mailbox_id, has_password, has_client_secret, consented_at, version, ...kept } =
      settings;
    return kept;
  }
  const best = guess?.incoming[0];
  return {
    active: true,
    host: best?.server.host ?? "",
    port: best?.server.port ?? 993,
    security: best?.server.security ?? "tls",
    username: best?.username ?? mailbox.address,
    sign_in: best?.sign_ins[0] ?? "password",
    folder: "INBOX",
    afterwards: "leave",
    existing: "fetch",
    authorize_url: guess?.oauth?.authorize_url ?? null,
    token_url: guess?.oauth?.token_url ?? null,
    scope: guess?.oauth?.scope ?? null,
  };
}

/** The form of receiving, with a test that tells each step before anything is saved. */
export function ReceivingForm({ mailbox, receiving, guess, onReload }: FormProps) {
  const { t } = useTranslation();
  const stored = receiving.settings;
  const [result, setResult] = useState<ReceivingTestResult | null>(null);
  const [testing, setTesting] = useState(false);
  const record = useRecord({
    stored: stored ?? undefined,
    fieldsOf: (settings) => start(mailbox, settings ?? null, guess),
    words: fieldWords(t),
    onReload,
    save: (fields, _changed, version) =>
      write(
        client.PUT("/api/v1/mailboxes/{mailbox_id}/receiving", {
          params: { path: { mailbox_id: mailbox.id } },
          body: { ...fields, version },
        }),
      ),
    said: () => t("receiving.saved"),
    stale: [mailboxKeys.receiving(mailbox.id), fetchLogKey(mailbox.id)],
  });
  const { values, set } = record;
  const test = async () => {
    setTesting(true);
    setResult(null);
    try {
      const body = { ...values, mailbox_id: mailbox.id };
      setResult(await read(client.POST("/api/v1/mailboxes/receiving-tests", { body })));
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    } finally {
      setTesting(false);
    }
  };
  return (
    <Form onSubmit={record.dialog.onSave} label={t("receiving.title")}>
      {(busy) => (
        <>
          <MeanwhileFields {...record.meanwhile} />
          {guess && !stored && <GuessLines guess={guess} />}
          <div className={classes.two}>
            <TextField
              name="host"
              label={t("receiving.host")}
              value={values.host}
              onChange={(event) => set({ host: event.currentTarget.value.trim() })}
            />
            <TextField
              name="port"
              label={t("receiving.port")}
              inputMode="numeric"
              value={String(values.port)}
              onChange={(event) => set({ port: Number(event.currentTarget.value) || 0 })}
            />
            <SelectField
              name="security"
              label={t("receiving.security")}
              value={values.security}
              onChange={(event) =>
                set({ security: event.currentTarget.value as ReceivingInput["security"] })
              }
              data={(["tls", "starttls", "none"] as const).map((value) => ({
                value,
                label: t(`receiving.encryption.${value}`),
              }))}
            />
          </div>
          <div className={classes.even}>
            <TextField
              name="username"
              label={t("receiving.username")}
              value={values.username}
              onChange={(event) => set({ username: event.currentTarget.value })}
            />
            <SelectField
              name="sign_in"
              label={t("receiving.signIn")}
              value={values.sign_in}
              onChange={(event) =>
                set({ sign_in: event.currentTarget.value as ReceivingInput["sign_in"] })
              }
              data={(["password", "oauth2"] as const).map((value) => ({
                value,
                label: t(`receiving.signInMethods.${value}`),
              }))}
            />
          </div>
          {values.sign_in === "password" ? (
            <PasswordField
              name="password"
              label={t("receiving.password")}
              description={stored?.has_password ? t("receiving.passwordKept") : undefined}
              autoComplete="new-password"
              value={values.password ?? ""}
              onChange={(event) => set({ password: event.currentTarget.value || undefined })}
            />
          ) : (
            <OAuthFields mailbox={mailbox} receiving={receiving} values={values} set={set} />
          )}
          <div className={classes.even}>
            <TextField
              name="folder"
              label={t("receiving.folder")}
              value={values.folder}
              onChange={(event) => set({ folder: event.currentTarget.value })}
            />
            <SelectField
              name="existing"
              label={t("receiving.existing")}
              value={values.existing}
              onChange={(event) =>
                set({ existing: event.currentTarget.value as ReceivingInput["existing"] })
              }
              data={(["fetch", "leave"] as const).map((value) => ({
                value,
                label: t(`receiving.existingMail.${value}`),
              }))}
            />
          </div>
          <div className={classes.even}>
            <SelectField
              name="afterwards"
              label={t("receiving.afterwards")}
              value={values.afterwards}
              onChange={(event) =>
                set({ afterwards: event.currentTarget.value as ReceivingInput["afterwards"] })
              }
              data={(["leave", "seen", "move"] as const).map((value) => ({
                value,
                label: t(`receiving.afterFetching.${value}`),
              }))}
            />
            {values.afterwards === "move" && (
              <TextField
                name="move_to"
                label={t("receiving.moveTo")}
                value={values.move_to ?? ""}
                onChange={(event) => set({ move_to: event.currentTarget.value || null })}
              />
            )}
          </div>
          <SwitchField
            name="active"
            label={t("receiving.active")}
            checked={values.active}
            onChange={(event) => set({ active: event.currentTarget.checked })}
          />
          {result && <TestLines result={result} />}
          <div className={classes.actions}>
            <Button
              type="button"
              look="line"
              icon="plug"
              busy={testing}
              disabled={!values.host}
              onClick={() => void test()}
            >
              {t(testing ? "receiving.testing" : "receiving.test")}
            </Button>
            <span className="grow" />
            <Button
              type="submit"
              look="gold"
              busy={busy}
              disabled={stored !== null && !record.dialog.dirty}
            >
              {t("settings.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

const written = (value?: string | null) => value ?? "";

function fieldWords(t: TFunction): FieldWords<Fields> {
  return {
    active: t("receiving.active"),
    host: t("receiving.host"),
    port: { label: t("receiving.port"), say: String },
    security: { label: t("receiving.security"), say: (one) => t(`receiving.encryption.${one}`) },
    username: t("receiving.username"),
    sign_in: { label: t("receiving.signIn"), say: (one) => t(`receiving.signInMethods.${one}`) },
    password: { label: t("receiving.password"), say: () => "••••" },
    folder: t("receiving.folder"),
    existing: { label: t("receiving.existing"), say: (one) => t(`receiving.existingMail.${one}`) },
    afterwards: {
      label: t("receiving.afterwards"),
      say: (one) => t(`receiving.afterFetching.${one}`),
    },
    move_to: { label: t("receiving.moveTo"), say: written },
    client_id: { label: t("receiving.oauth.client_id"), say: written },
    client_secret: { label: t("receiving.oauth.client_secret"), say: () => "••••" },
    authorize_url: { label: t("receiving.oauth.authorize_url"), say: written },
    token_url: { label: t("receiving.oauth.token_url"), say: written },
    scope: { label: t("receiving.oauth.scope"), say: written },
  };
}

function GuessLines({ guess }: { guess: Guess }) {
  const { t } = useTranslation();
  const best = guess.incoming[0];
  const answers = best && !best.trouble;
  return (
    <div className={classes.list}>
      <ResultLine tone={answers ? "good" : "warn"} label={t("receiving.guess")}>
        {answers
          ? t(`receiving.found.${best.found}`, {
              host: best.server.host,
              provider: guess.provider ?? "",
            })
          : t("receiving.foundNothing")}
      </ResultLine>
      {guess.hint && (
        <ResultLine tone="warn" label={t("receiving.hint")}>
          {noticeText(guess.hint_notice, guess.hint)}
        </ResultLine>
      )}
    </div>
  );
}

function TestLines({ result }: { result: ReceivingTestResult }) {
  const { t } = useTranslation();
  return (
    <div className={classes.list} role="status" aria-label={t("receiving.result")}>
      {result.steps.map((step) => (
        <ResultLine
          key={step.step}
          tone={step.ok ? "good" : "bad"}
          label={t(step.ok ? "receiving.well" : "receiving.failed")}
          title={t(`receiving.steps.${step.step}`)}
        >
          {noticeText(step.notice, step.words)}
        </ResultLine>
      ))}
    </div>
  );
}
