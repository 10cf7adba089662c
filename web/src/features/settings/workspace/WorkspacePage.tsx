import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { meQuery } from "@/api/session";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { needed, refuse } from "@/ui/checks";
import { useEdits } from "@/ui/edits";
import { Form, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { useSaved } from "@/ui/saved";
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
      {/* What was saved becomes what the next edits stand on. */}
      {query.data && <NameCard key={query.data.name} workspace={query.data} />}
      {query.data && <LogoCard workspace={query.data} />}
    </Page>
  );
}

function NameCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const locked = useLocked(PERMISSION);
  const saved = useSaved();
  const edits = useEdits({ name: workspace.name });
  const save = async () => {
    refuse(...needed("name", edits.values.name, t));
    const body = { name: edits.values.name, version: workspace.version };
    const written = await write(client.PATCH("/api/v1/workspace", { body }));
    saved(written, t("workspace.saved"), [settingsKeys.workspace, meQuery.queryKey]);
  };
  return (
    <Card title={t("workspace.title")} hint={t("workspace.hint")} padded>
      <Form onSubmit={save} label={t("workspace.title")}>
        {(busy) => (
          <>
            <TextField
              name="name"
              label={t("workspace.name")}
              value={edits.values.name}
              maxLength={200}
              disabled={locked}
              onChange={(event) => edits.set({ name: event.currentTarget.value })}
            />
            <div className={classes.actions}>
              <Button type="submit" look="gold" busy={busy} disabled={locked || !edits.dirty}>
                {t("settings.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}
