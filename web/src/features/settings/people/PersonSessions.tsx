import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ConfirmDialog, Dialog, DialogActions } from "@/ui/Dialog";
import { ErrorState, Skeleton } from "@/ui/States";
import { type Person, type Session, sessionsOfQuery } from "../api";
import { SessionRow, sessionName, TokenRow } from "../profile/SessionRow";
import { useEndSessionsOf } from "../profile/sessions";
import classes from "./PersonSessions.module.css";

type PersonSessionsProps = { person: Person; onClose: () => void };

/** Where somebody is signed in and which tokens act as them; one or all can be ended. */
export function PersonSessions({ person, onClose }: PersonSessionsProps) {
  const { t } = useTranslation();
  const query = useQuery(sessionsOfQuery(person.id));
  // What is about to end: one of them, or all.
  const [ending, setEnding] = useState<Session | "all" | null>(null);
  const sessions = query.data?.filter((session) => session.kind !== "token") ?? [];
  const tokens = query.data?.filter((session) => session.kind === "token") ?? [];
  return (
    <>
      <Dialog
        opened
        onClose={onClose}
        title={t("access.ofTitle", { name: person.name })}
        width={640}
      >
        <div className={classes.lists}>
          <p className={classes.hint}>{t("access.ofHint", { name: person.name })}</p>
          {query.isPending && <Skeleton rows={3} height={52} />}
          {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
          {query.data && (
            <>
              <Card title={t("access.sessions")}>
                {sessions.length === 0 && <p className={classes.none}>{t("access.noSessions")}</p>}
                <ul>
                  {sessions.map((session) => (
                    <SessionRow
                      key={session.id}
                      session={session}
                      busy={false}
                      onEnd={() => setEnding(session)}
                    />
                  ))}
                </ul>
              </Card>
              <Card title={t("access.tokens")}>
                {tokens.length === 0 && <p className={classes.none}>{t("access.noTokens")}</p>}
                <ul>
                  {tokens.map((token) => (
                    <TokenRow
                      key={token.id}
                      token={token}
                      tokens={tokens}
                      onRevoke={() => setEnding(token)}
                    />
                  ))}
                </ul>
              </Card>
            </>
          )}
        </div>
        <DialogActions>
          {query.data?.some((session) => !session.current) && (
            <Button size="l" look="line" onClick={() => setEnding("all")}>
              {t("access.endAll")}
            </Button>
          )}
          <span className="grow" />
          <Button size="l" onClick={onClose} data-autofocus>
            {t("dialog.close")}
          </Button>
        </DialogActions>
      </Dialog>
      {ending && <ConfirmEnd person={person} ending={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

type ConfirmEndProps = { person: Person; ending: Session | "all"; onClose: () => void };

function ConfirmEnd({ person, ending, onClose }: ConfirmEndProps) {
  const { t } = useTranslation();
  const { name } = person;
  const all = ending === "all";
  const what = all ? "" : ending.kind === "token" ? ending.name : sessionName(ending, t);
  const end = useEndSessionsOf(person.id, all ? t("access.allEnded", { name }) : t("access.ended"));
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={all ? t("access.endAllTitle", { name }) : t("access.endOneTitle", { what, name })}
      what={all ? t("access.endAllWhat", { name }) : t("access.endOneWhat")}
      confirmLabel={all ? t("access.endAll") : t("access.endOneDo")}
      busy={end.isPending}
      onConfirm={() => end.mutate(all ? null : ending.id, { onSettled: onClose })}
    />
  );
}
