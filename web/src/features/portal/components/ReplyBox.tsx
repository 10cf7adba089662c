import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { withoutBlankEnds } from "@/lib/text";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { type PortalTicket, portalQuery, useAnswer, useResolve } from "../api";
import { useKeptTexts } from "../draft";
import { fileTrouble, tokensOf, useFiles } from "../files";
import { refusalText } from "../refusal";
import { DropPlace } from "./DropPlace";
import { FileButton } from "./FileButton";
import { FileList } from "./FileList";
import classes from "./ReplyBox.module.css";

const USUAL_LIMIT_BYTES = 25 * 1024 * 1024;
const emptyReply = { text: "" };

type ReplyBoxProps = { token: string; request: PortalTicket };

/** Where the requester answers, says that it works, or opens it again. */
export function ReplyBox({ token, request }: ReplyBoxProps) {
  const { t } = useTranslation();
  const limitBytes = useQuery(portalQuery).data?.upload_max_bytes ?? USUAL_LIMIT_BYTES;
  const draft = useKeptTexts(`atum.portal.reply.${request.number}`, emptyReply);
  const files = useFiles(limitBytes);
  const reply = useReply({ token, request }, draft, files);
  const resolve = useResolve(token);
  const placeholder = t(placeholderOf(request.can));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    reply.send();
  };
  const sayItWorks = () =>
    resolve.mutate(undefined, {
      onSuccess: () => toast.show({ message: t("request.worksDone") }),
      onError: (error) => toast.show({ message: refusalText(asProblem(error), t), tone: "bad" }),
    });
  if (!request.can.reply) return null;
  return (
    <DropPlace className={classes.box} onFiles={files.add}>
      <div className={classes.pills}>
        {request.can.resolve && (
          <Button
            look="line"
            icon="check"
            className={classes.pill}
            busy={resolve.isPending}
            onClick={sayItWorks}
          >
            {t("request.works")}
          </Button>
        )}
        <FileButton className={classes.pill} onFiles={files.add} />
      </div>
      <FileList files={files.files} trouble={files.trouble} onRemove={files.remove} />
      {reply.trouble && (
        <p className={classes.trouble} role="alert">
          <Icon name="warn" />
          {reply.trouble}
        </p>
      )}
      <div className={classes.line}>
        <textarea
          className={classes.field}
          rows={1}
          dir="auto"
          aria-label={placeholder}
          placeholder={placeholder}
          value={draft.texts.text}
          onChange={(event) => draft.change({ text: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        <IconButton
          icon="send"
          iconSize={20}
          look="gold"
          className={classes.send}
          label={t("request.send")}
          disabled={draft.isEmpty}
          busy={reply.isPending}
          onClick={reply.send}
        />
      </div>
    </DropPlace>
  );
}

function useReply(
  { token, request }: ReplyBoxProps,
  draft: ReturnType<typeof useKeptTexts<typeof emptyReply>>,
  files: ReturnType<typeof useFiles>,
) {
  const { t } = useTranslation();
  const answer = useAnswer(token);
  const [trouble, setTrouble] = useState<string | null>(null);
  const done = (after: PortalTicket) => {
    draft.clear();
    files.clear();
    toast.show({ message: t(outcomeOf(request, after)) });
  };
  const send = () => {
    const text = withoutBlankEnds(draft.texts.text);
    const waiting = fileTrouble(files.files, t);
    setTrouble(waiting);
    if (!text || waiting || answer.isPending) return;
    answer.mutate(
      { text, attachment_ids: tokensOf(files.files) },
      {
        onSuccess: done,
        onError: (error) =>
          setTrouble(t("request.failed", { reason: refusalText(asProblem(error), t) })),
      },
    );
  };
  return { send, trouble, isPending: answer.isPending };
}

function placeholderOf({ reopen, follow_up }: PortalTicket["can"]) {
  if (follow_up) return "request.writeFollowUp";
  return reopen ? "request.writeReopen" : "request.write";
}

/** What an answer led to: an answer to a closed request begins a new one and leaves this as it was. */
function outcomeOf(before: PortalTicket, after: PortalTicket) {
  if (after.thread.length === before.thread.length) return "request.followUp";
  return before.can.reopen && !after.can.reopen ? "request.reopened" : "request.sent";
}
