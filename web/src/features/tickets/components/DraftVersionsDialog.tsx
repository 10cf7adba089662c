import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { RelativeTime } from "@/ui/RelativeTime";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import type { ComposerMode } from "../draft";
import classes from "./DraftVersionsDialog.module.css";

type DraftVersionsDialogProps = {
  number: number;
  kind: ComposerMode;
  onClose: () => void;
  onTake: (said: { text: string; html: string | null }) => void;
};

/** What a draft said before: each version may be taken again, and what it replaces becomes one. */
export function DraftVersionsDialog({ number, kind, onClose, onTake }: DraftVersionsDialogProps) {
  const { t } = useTranslation();
  const versions = useQuery({
    queryKey: ["drafts", "versions", number, kind],
    queryFn: () => readVersions(number, kind),
    gcTime: 0,
  });
  return (
    <Dialog opened onClose={onClose} title={t("draft.versions")} width={640}>
      {versions.isPending && <Skeleton rows={3} height={64} />}
      {versions.error && (
        <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      {versions.data?.length === 0 && <EmptyState icon="clock" title={t("draft.noVersions")} />}
      <ol className={classes.versions}>
        {versions.data?.map((one) => (
          <li key={one.version} className={classes.version}>
            <p className={classes.text} dir="auto">
              {one.text}
            </p>
            <footer className={classes.foot}>
              <RelativeTime at={one.saved_at} />
              <Button
                size="s"
                look="line"
                onClick={() => {
                  onTake({ text: one.text, html: one.html ?? null });
                  onClose();
                }}
              >
                {t("draft.take")}
              </Button>
            </footer>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

/** The earlier versions of the reader's draft, the newest first; without what it says now. */
async function readVersions(number: number, kind: ComposerMode) {
  const path = { number };
  const drafts = await read(client.GET("/api/v1/tickets/{number}/drafts", { params: { path } }));
  const own = drafts.own.find((one) => one.kind === kind);
  if (!own) return [];
  const found = await read(
    client.GET("/api/v1/drafts/{draft_id}/versions", { params: { path: { draft_id: own.id } } }),
  );
  return found.items.slice(1);
}
