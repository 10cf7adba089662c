import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { copyText } from "@/lib/clipboard";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ConfirmDialog } from "@/ui/Dialog";
import { SwitchField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { type SigningKey, sendingKeys, signingKeysQuery } from "./api";
import { NewKeyDialog } from "./NewKeyDialog";
import classes from "./SigningKeys.module.css";

type SigningKeysProps = { domain: string; locked: boolean };

/** The keys that sign mail of a domain, each with the record that the domain must publish. */
export function SigningKeysCard({ domain, locked }: SigningKeysProps) {
  const { t } = useTranslation();
  const keys = useQuery(signingKeysQuery).data?.filter((key) => key.domain === domain);
  const [adding, add] = useDisclosure(false);
  if (!keys) return null;
  return (
    <Card
      title={t("sending.keys")}
      hint={t("sending.keysHint")}
      action={
        !locked && (
          <Button size="s" icon="plus" onClick={add.open}>
            {t("sending.newKey")}
          </Button>
        )
      }
    >
      {keys.length > 0 && (
        <ul>
          {keys.map((key) => (
            <KeyRow key={key.id} signingKey={key} locked={locked} />
          ))}
        </ul>
      )}
      {adding && <NewKeyDialog domain={domain} onClose={add.close} />}
    </Card>
  );
}

function KeyRow({ signingKey: key, locked }: { signingKey: SigningKey; locked: boolean }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const saved = useSaved();
  const [asking, ask] = useDisclosure(false);
  const [busy, setBusy] = useState(false);
  const path = { params: { path: { key_id: key.id } } };
  const doing = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
      void queryClient.invalidateQueries({ queryKey: sendingKeys.signingKeys });
    } finally {
      setBusy(false);
    }
  };
  const turn = (active: boolean) =>
    doing(async () => {
      const written = await write(
        client.PATCH("/api/v1/signing-keys/{key_id}", {
          ...path,
          body: { active, version: key.version },
        }),
      );
      saved(written, t("sending.keySaved", { selector: key.selector }), [sendingKeys.signingKeys]);
    });
  const remove = () =>
    doing(async () => {
      await write(client.DELETE("/api/v1/signing-keys/{key_id}", path));
      toast.show({ message: t("sending.keyRemoved", { selector: key.selector }) });
      await queryClient.invalidateQueries({ queryKey: sendingKeys.signingKeys });
    });
  return (
    <li className={classes.key}>
      <div className={classes.head}>
        <bdi className={classes.name}>
          {key.selector}._domainkey.{key.domain}
        </bdi>
        <span className="grow">{t(`sending.algorithms.${key.algorithm}`)}</span>
        <SwitchField
          name={`active-${key.id}`}
          label={t("sending.signs")}
          checked={key.active && key.usable}
          disabled={locked || busy || !key.usable}
          onChange={(event) => void turn(event.currentTarget.checked)}
        />
        {!locked && (
          <IconButton icon="x" label={t("sending.removeKey")} disabled={busy} onClick={ask.open} />
        )}
      </div>
      {!key.usable && <p className={classes.bad}>{t("sending.unusable")}</p>}
      {key.usable && !key.active && <p className={classes.hint}>{t("sending.record")}</p>}
      <Copied label={t("sending.recordName")} text={key.record.name} />
      <Copied label={t("sending.recordValue")} text={key.record.value} />
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("sending.removeKey")}
        what={t("sending.removeWhat", { selector: key.selector, domain: key.domain })}
        confirmLabel={t("sending.removeKey")}
        busy={busy}
        onConfirm={() => void remove().then(ask.close)}
      />
    </li>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    await copyText(text);
    toast.show({ message: t("settings.copied") });
  };
  return (
    <div className={classes.record}>
      <span className={classes.hint}>{label}</span>
      <code className={classes.code}>{text}</code>
      <IconButton icon="copy" size="s" label={t("settings.copy")} onClick={() => void copy()} />
    </div>
  );
}
