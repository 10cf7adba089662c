import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { Button } from "@/ui/Button";
import { type Guess, guessQuery } from "../receiving/api";
import { ResultLine } from "../receiving/ResultLine";

type Server = Guess["outgoing"][number];
type GuessedRelayProps = { mailbox: Mailbox; onTake: (server: Server) => void };

/** The server that the mailbox's domain or provider names for sending, to be taken by one click. */
export function GuessedRelay({ mailbox, onTake }: GuessedRelayProps) {
  const { t } = useTranslation();
  const guess = useQuery(guessQuery(mailbox.address));
  const best = guess.data?.outgoing[0];
  if (guess.isFetching)
    return (
      <ResultLine tone="mute" label={t("receiving.guess")}>
        {t("receiving.guessing", { address: mailbox.address })}
      </ResultLine>
    );
  if (!best || best.trouble) return null;
  return (
    <>
      <ResultLine tone="good" label={t("receiving.guess")}>
        {t(`receiving.found.${best.found}`, {
          host: best.server.host,
          provider: guess.data?.provider ?? "",
        })}{" "}
        <Button type="button" look="line" onClick={() => onTake(best)}>
          {t("sending.take", { host: best.server.host })}
        </Button>
      </ResultLine>
      {guess.data?.hint && (
        <ResultLine tone="warn" label={t("receiving.hint")}>
          {guess.data.hint}
        </ResultLine>
      )}
    </>
  );
}
