import "./texts";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { RelativeTime } from "@/ui/RelativeTime";
import { EmptyState } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import { type DraftRow, draftsQuery, useRestoreDraft } from "./api";
import classes from "./DraftsScreen.module.css";

const route = getRouteApi("/desk/drafts");

/** All that the reader has begun to write, and what they discarded. */
export function DraftsScreen() {
  const { t } = useTranslation();
  const { trash = false } = route.useSearch();
  return (
    <Pane as="main" label={t("draft.all")}>
      <Bar>
        <BarTitle>{t("draft.all")}</BarTitle>
        <span className="grow" />
        <nav className={classes.kinds} aria-label={t("draftPage.kinds")}>
          <Link to="/desk/drafts" search={{}} className={classes.kind} activeOptions={exactly}>
            {t("draftPage.written")}
          </Link>
          <Link
            to="/desk/drafts"
            search={{ trash: true }}
            className={classes.kind}
            activeOptions={exactly}
          >
            {t("draftPage.trash")}
          </Link>
        </nav>
      </Bar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={t("draft.all")} tabIndex={0}>
        <Drafts trash={trash} />
      </section>
      <ToastSlot />
    </Pane>
  );
}

const exactly = { exact: true, includeSearch: true };

function Drafts({ trash }: { trash: boolean }) {
  const { t } = useTranslation();
  const answer = usePages(draftsQuery(trash));
  return (
    <ListState
      answer={answer}
      empty={
        <EmptyState
          icon="pen"
          title={t(trash ? "draftPage.noTrash" : "draftPage.none")}
          hint={t(trash ? "draftPage.noTrashHint" : "draftPage.noneHint")}
        />
      }
      row={(draft) => <Row key={draft.id} draft={draft} />}
    />
  );
}

function Row({ draft }: { draft: DraftRow }) {
  const { t } = useTranslation();
  return (
    <li className={classes.row}>
      <Icon
        name={draft.kind === "reply" ? "reply" : "lock"}
        label={t(`draftPage.kind.${draft.kind}`)}
      />
      <span className={classes.words}>
        <Subject draft={draft} />
        <span className={`${classes.preview} cut`}>
          <bdi>{draft.preview || t("draftPage.noText")}</bdi>
        </span>
      </span>
      <span className={classes.end}>
        {draft.attachments > 0 && <span>{t("draftPage.files", { count: draft.attachments })}</span>}
        <RelativeTime at={draft.discarded_at ?? draft.updated_at} />
        {draft.discarded_at !== null && draft.number !== null && (
          <Restore id={draft.id} number={draft.number} />
        )}
      </span>
    </li>
  );
}

function Subject({ draft: { number, subject } }: { draft: DraftRow }) {
  const { t } = useTranslation();
  if (number === null) return <span className="cut">{t("draftPage.hiddenTicket")}</span>;
  return (
    <Link
      to="/desk/tickets/$number"
      params={{ number }}
      search={{}}
      className={`${classes.subject} cut`}
    >
      <bdi>
        #{number} {subject}
      </bdi>
    </Link>
  );
}

function Restore({ id, number }: { id: number; number: number }) {
  const { t } = useTranslation();
  const restore = useRestoreDraft();
  const run = () =>
    restore.mutate(id, {
      onSuccess: () => toast.show({ message: t("draftPage.restored", { number: String(number) }) }),
      onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    });
  return (
    <Button size="s" look="line" disabled={restore.isPending} onClick={run}>
      {t("draftPage.restore")}
    </Button>
  );
}
