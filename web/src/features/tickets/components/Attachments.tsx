import "../messageTexts";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment, MessageItem, Ticket } from "@/api/types";
import { FileTile } from "@/ui/FileTile";
import { loadOlder } from "../api";
import { filesAround, previewOf } from "../gallery/files";
import classes from "./Attachments.module.css";

const Gallery = lazy(() => import("../gallery/Gallery"));

/** The files of a message as tiles; each opens in the gallery of all files of the ticket. */
export function Attachments({ message, ticket }: { message: MessageItem; ticket: Ticket }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState<Attachment | null>(null);
  const files = message.attachments.filter((file) => !file.inline);
  if (files.length === 0) return null;
  return (
    <div className={classes.files}>
      {files.map((file) =>
        file.redacted ? (
          <FileTile key={file.id} name={t("messageMenu.fileRedacted")} sizeBytes={0} hint="–" />
        ) : (
          <button
            key={file.id}
            type="button"
            className={classes.link}
            onClick={() => setOpened(file)}
          >
            <FileTile
              name={file.filename}
              sizeBytes={file.size}
              thumbnail={previewOf(file) === "image" ? `${file.url}?inline=1` : undefined}
            />
          </button>
        ),
      )}
      {opened && (
        <Suspense>
          <Gallery
            files={filesAround(ticket, message)}
            first={opened}
            onEarlier={ticket.thread_cursor ? () => loadOlder(queryClient, ticket) : undefined}
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
    </div>
  );
}
