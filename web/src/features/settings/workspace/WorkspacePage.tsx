import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { meQuery } from "@/api/session";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { needed } from "@/ui/checks";
import { Form, TextField } from "@/ui/Form";
import { MeanwhileFields } from "@/ui/MeanwhileFields";
import { useRecord } from "@/ui/record";
import { ErrorState, Skeleton } from "@/ui/States";
import { settingsKeys, workspaceQuery } from "../api";
import classes from "../profile/Profile.module.css";
import { LogoCard } from "./LogoCard";

const PERMISSION = "settings:roles:edit";
type Workspace = components["schemas"]["Workspace"];

/** How the workspace calls itself, before staff and requesters. */
export function WorkspacePage() {
  const query = useQuery(workspaceQuery);
  return (
    <Page section="workspace" permission={PERMISSION}>
      {query.isPending && <Skeleton rows={2} height={48} />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <NameCard workspace={query.data} onReload={async () => (await query.refetch()).data} />
      )}
      {query.data && <LogoCard workspace={query.data} />}
    </Page>
  );
}

type NameCardProps = { workspace: Workspace; onReload: () => Promise<Workspace | undefined> };

function NameCard({ workspace, onReload }: NameCardProps) {
  const { t } = useTranslation();
  const locked = useLocked(PERMISSION);
  const record = useRecord({
    stored: workspace,
    fieldsOf: (stored = workspace) => ({ name: stored.name }),
    words: { name: t("workspace.name") },
    onReload,
    check: ({ name }) => needed("name", name, t),
    save: ({ name }, _changed, version) =>
      write(client.PATCH("/api/v1/workspace", { body: { name, version } })),
    said: () => t("workspace.saved"),
    stale: [settingsKeys.workspace, meQuery.queryKey],
  });
  return (
    <Card title={t("workspace.title")} hint={t("workspace.hint")} padded>
      <Form onSubmit={record.dialog.onSave} label={t("workspace.title")}>
        {(busy) => (
          <>
            <MeanwhileFields {...record.meanwhile} />
            <TextField
              {...record.text("name")}
              label={t("workspace.name")}
              maxLength={200}
              disabled={locked}
            />
            <div className={classes.actions}>
              <Button
                type="submit"
                look="gold"
                busy={busy}
                disabled={locked || !record.dialog.dirty}
              >
                {t("settings.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}
