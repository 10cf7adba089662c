import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, type Written, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { asProblem } from "@/api/problem";
import { meQuery } from "@/api/session";
import { useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { useSaved } from "@/ui/saved";
import { settingsKeys } from "../api";
import classes from "./LogoCard.module.css";

type Workspace = components["schemas"]["Workspace"];

const PERMISSION = "settings:roles:edit";
const TYPES = "image/png,image/jpeg,image/webp";
const GROUNDS = ["light", "dark"] as const;

/** The logo: chosen, looked at on both grounds, then saved; removed; each taken back. */
export function LogoCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const locked = useLocked(PERMISSION);
  const input = useRef<HTMLInputElement>(null);
  const [chosen, choose] = useState<File | null>(null);
  const preview = usePreview(chosen);
  const change = useLogoChange(workspace, () => choose(null));
  const shown = preview ?? workspace.logo?.url;
  return (
    <Card title={t("workspace.logo")} hint={t("workspace.logoHint")} padded>
      <div className={classes.body}>
        {shown && <Previews url={shown} name={workspace.name} />}
        {change.problem && (
          <p className={classes.problem} role="alert">
            <Icon name="warn" />
            {change.problem}
          </p>
        )}
        <input
          ref={input}
          type="file"
          accept={TYPES}
          hidden
          data-testid="logo"
          onChange={(event) => {
            change.forget();
            choose(event.currentTarget.files?.[0] ?? null);
            event.currentTarget.value = "";
          }}
        />
        <div className={classes.actions}>
          {!chosen && workspace.logo && (
            <Button look="line" disabled={locked} busy={change.busy} onClick={change.remove}>
              {t("workspace.removeLogo")}
            </Button>
          )}
          <Button look="line" disabled={locked} onClick={() => input.current?.click()}>
            {t(shown ? "workspace.otherImage" : "workspace.chooseImage")}
          </Button>
          {chosen && (
            <>
              <Button onClick={() => choose(null)}>{t("dialog.cancel")}</Button>
              <Button look="gold" busy={change.busy} onClick={() => change.save(chosen)}>
                {t("workspace.saveLogo")}
              </Button>
            </>
          )}
        </div>
      </div>
    </Card>
  );
}

/** How it looks in the light and in the dark, whatever this page is in. */
function Previews({ url, name }: { url: string; name: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.previews}>
      {GROUNDS.map((ground) => (
        <figure key={ground} className={classes.preview}>
          <div className={classes.ground} data-ground={ground}>
            <img src={url} alt={t("desk.logo", { name })} />
          </div>
          <figcaption>{t(`workspace.ground.${ground}`)}</figcaption>
        </figure>
      ))}
    </div>
  );
}

function useLogoChange(workspace: Workspace, onDone: () => void) {
  const { t } = useTranslation();
  const saved = useSaved();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const params = { header: { "If-Match": `"${workspace.version}"` } };
  const run = async (request: Promise<Written<Workspace>>, words: string) => {
    setBusy(true);
    setProblem(null);
    try {
      saved(await request, words, [settingsKeys.workspace, meQuery.queryKey]);
      onDone();
    } catch (error) {
      setProblem(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  };
  const put = (file: File) => {
    const form = new FormData();
    form.append("file", file, file.name);
    return write(
      client.PUT("/api/v1/workspace/logo", {
        params,
        body: { file: file.name },
        bodySerializer: () => form,
      }),
    );
  };
  return {
    busy,
    problem,
    forget: () => setProblem(null),
    save: (file: File) => void run(put(file), t("workspace.logoSaved")),
    remove: () =>
      void run(
        write(client.DELETE("/api/v1/workspace/logo", { params })),
        t("workspace.logoRemoved"),
      ),
  };
}

/** The address of a chosen file, for as long as it is shown. */
function usePreview(file: File | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!file) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [file]);
  return url;
}
