import "../messageTexts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import type { MessageItem } from "@/api/types";
import { useUndo } from "@/api/undo";
import { withoutBlankEnds } from "@/lib/text";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, TextAreaField } from "@/ui/Form";
import { PlainText } from "@/ui/PlainText";
import { TimeStamp } from "@/ui/RelativeTime";
import { ErrorState, Skeleton } from "@/ui/States";
import classes from "./NoteDialog.module.css";

type NoteVersions = components["schemas"]["NoteVersions"];
type NoteDialogProps = { message: MessageItem; onClose: () => void };

/** A note's text to change, for its author, over all that it said before. */
export default function NoteDialog({ message, onClose }: NoteDialogProps) {
  const { t } = useTranslation();
  const answer = useQuery(versionsQuery(message.id));
  const mayEdit = answer.data?.can_edit ?? false;
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t(mayEdit ? "messageMenu.noteTitle" : "messageMenu.versionsTitle")}
      width={640}
    >
      {answer.error && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Skeleton rows={4} height={32} />}
      {answer.data && mayEdit && (
        <NoteForm message={message} versions={answer.data} onClose={onClose} />
      )}
      {answer.data && <Versions versions={answer.data} />}
    </Dialog>
  );
}

const versionsQuery = (message_id: number) => ({
  queryKey: ["message-versions", message_id] as const,
  queryFn: () =>
    read(
      client.GET("/api/v1/messages/{message_id}/versions", { params: { path: { message_id } } }),
    ),
  staleTime: 0,
});

type NoteFormProps = NoteDialogProps & { versions: NoteVersions };

function NoteForm({ message, versions, onClose }: NoteFormProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  // What was there when the dialog opened: a version that comes later is refused, not written over.
  const [seen] = useState(versions.items[0]);
  const [text, setText] = useState(message.text);
  const save = async () => {
    const { changeId } = await write(
      client.PATCH("/api/v1/messages/{message_id}/note", {
        params: { path: { message_id: message.id } },
        body: { text: withoutBlankEnds(text), version: seen?.version },
      }),
    );
    void queryClient.invalidateQueries({ queryKey: ["ticket"] });
    void queryClient.invalidateQueries({ queryKey: ["message-versions", message.id] });
    if (changeId !== null) offer({ changeId, message: t("messageMenu.saved") });
    onClose();
  };
  return (
    <Form onSubmit={save} label={t("messageMenu.noteTitle")}>
      {(busy) => (
        <>
          <TextAreaField
            name="text"
            label={t("messageMenu.note")}
            description={message.html ? t("messageMenu.plain") : undefined}
            value={text}
            minRows={6}
            maxRows={16}
            dir="auto"
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <DialogActions>
            <Button type="button" size="l" onClick={onClose}>
              {t("dialog.cancel")}
            </Button>
            <Button
              type="submit"
              size="l"
              look="gold"
              busy={busy}
              disabled={text.trim() === "" || text === message.text}
            >
              {t("messageMenu.save")}
            </Button>
          </DialogActions>
        </>
      )}
    </Form>
  );
}

function Versions({ versions }: { versions: NoteVersions }) {
  const { t } = useTranslation();
  if (versions.items.length < 2 && versions.can_edit) return null;
  return (
    <ol className={classes.versions} aria-label={t("messageMenu.versions")}>
      {versions.items.map((one) => (
        <li key={one.version} className={classes.version}>
          <p className={classes.head}>
            <bdi>
              {t("messageMenu.version", {
                name: one.actor_name ?? t("messageMenu.somebody"),
                version: String(one.version),
              })}
            </bdi>
            <TimeStamp at={one.at} />
          </p>
          <PlainText text={one.text ?? t("messageMenu.gone")} />
        </li>
      ))}
    </ol>
  );
}
