import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { usePages } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { RedactNote } from "@/app/redaction/RedactNote";
import { toast } from "@/lib/toast";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { needed, refuse } from "@/ui/checks";
import { Form, TextAreaField } from "@/ui/Form";
import { Icon } from "@/ui/Icon";
import { TimeStamp } from "@/ui/RelativeTime";
import { useSaved } from "@/ui/saved";
import { type ContactNote, notesQuery, type Subject, stale } from "../api";
import classes from "./Notes.module.css";

/** What colleagues noted about a contact or an organization; contacts never see it. */
export function Notes({ subject, locked }: { subject: Subject; locked: boolean }) {
  const { t } = useTranslation();
  const answer = usePages(notesQuery(subject));
  const [editing, setEditing] = useState<number | null>(null);
  return (
    <section className={classes.notes} aria-label={t("contactPage.notes")}>
      <h2 className={classes.title}>{t("contactPage.notes")}</h2>
      {!locked && <NewNote key={subject.id} subject={subject} />}
      {answer.data?.map((note) =>
        editing === note.id ? (
          <EditedNote key={note.id} note={note} onClose={() => setEditing(null)} />
        ) : (
          <Note key={note.id} note={note} locked={locked} onEdit={() => setEditing(note.id)} />
        ),
      )}
      {answer.hasNextPage && (
        <Button onClick={() => void answer.fetchNextPage()}>{t("contactPage.more")}</Button>
      )}
    </section>
  );
}

type NoteProps = { note: ContactNote; locked: boolean; onEdit: () => void };

function Note({ note, locked, onEdit }: NoteProps) {
  const { t } = useTranslation();
  const saved = useSaved();
  const { name } = note.author;
  const remove = async () => {
    try {
      const path = { note_id: note.id };
      const written = await write(
        client.DELETE("/api/v1/contact-notes/{note_id}", { params: { path } }),
      );
      saved(written, t("contactPage.noteDeleted"), stale);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  return (
    <article className={classes.note}>
      <header className={classes.head}>
        <Avatar id={note.author.id} name={name} />
        <b>
          <bdi>{name}</bdi>
        </b>
        <span className={classes.lock}>
          <Icon name="lock" size={14} />
          {t("contactPage.noteHint")}
        </span>
        <span className="grow" />
        {note.edited_at && <span className={classes.quiet}>{t("contactPage.edited")}</span>}
        <TimeStamp at={note.edited_at ?? note.created_at} className={classes.quiet} />
        <RedactNote kind="contact_note" id={note.id} old={stale} name={name} />
        {!locked && (
          <>
            <IconButton
              icon="pen"
              size="s"
              label={t("contactPage.editNote", { name })}
              onClick={onEdit}
            />
            <IconButton
              icon="x"
              size="s"
              label={t("contactPage.deleteNote", { name })}
              onClick={() => void remove()}
            />
          </>
        )}
      </header>
      <p className={classes.text} dir="auto">
        {note.text}
      </p>
    </article>
  );
}

function NewNote({ subject: { kind, id } }: { subject: Subject }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const [text, setText] = useState("");
  const add = async () => {
    refuse(...needed("text", text, t));
    const written =
      kind === "contact"
        ? await write(
            client.POST("/api/v1/contacts/{contact_id}/notes", {
              params: { path: { contact_id: id } },
              body: { text },
            }),
          )
        : await write(
            client.POST("/api/v1/organizations/{organization_id}/notes", {
              params: { path: { organization_id: id } },
              body: { text },
            }),
          );
    setText("");
    saved(written, t("contactPage.noteAdded"), stale);
  };
  return (
    <NoteForm
      label={t("contactPage.newNote")}
      text={text}
      onText={setText}
      action={t("contactPage.addNote")}
      onSubmit={add}
    />
  );
}

function EditedNote({ note, onClose }: { note: ContactNote; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const [text, setText] = useState(note.text);
  const save = async () => {
    refuse(...needed("text", text, t));
    const written = await write(
      client.PATCH("/api/v1/contact-notes/{note_id}", {
        params: { path: { note_id: note.id } },
        body: { text, version: note.version },
      }),
    );
    saved(written, t("contactPage.noteSaved"), stale);
    onClose();
  };
  return (
    <NoteForm
      label={t("contactPage.editNote", { name: note.author.name })}
      text={text}
      onText={setText}
      action={t("contactPage.save")}
      onSubmit={save}
      onCancel={onClose}
    />
  );
}

type NoteFormProps = {
  label: string;
  text: string;
  onText: (text: string) => void;
  action: string;
  onSubmit: () => Promise<void>;
  onCancel?: () => void;
};

function NoteForm({ label, text, onText, action, onSubmit, onCancel }: NoteFormProps) {
  const { t } = useTranslation();
  return (
    <Form onSubmit={onSubmit} label={label}>
      {(busy) => (
        <div className={classes.form}>
          <TextAreaField
            name="text"
            aria-label={label}
            placeholder={t("contactPage.writeNote")}
            value={text}
            onChange={(event) => onText(event.currentTarget.value)}
            autosize
            minRows={2}
            maxRows={12}
          />
          <div className={classes.actions}>
            {onCancel && (
              <Button type="button" onClick={onCancel}>
                {t("contactPage.cancel")}
              </Button>
            )}
            <Button type="submit" look="line" busy={busy} disabled={text.trim() === ""}>
              {action}
            </Button>
          </div>
        </div>
      )}
    </Form>
  );
}
