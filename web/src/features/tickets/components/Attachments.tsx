import "../messageTexts";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment, MessageItem, Ticket } from "@/api/types";
import { FileTile } from "@/ui/FileTile";
import { filesAround, previewOf } from "../gallery/files";
import { useLoadedMessages } from "../thread/parts";
import classes from "./Attachments.module.css";

const Gallery = lazy(() => import("../gallery/Gallery"));

/** The files of a message as tiles; each opens in the gallery of all files of the ticket. */
export function Attachments({ message, ticket }: { message: MessageItem; ticket: Ticket }) {
  const { t } = useTranslation();
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
          <TicketGallery
            ticket={ticket}
            message={message}
            first={opened}
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
    </div>
  );
}

type TicketGalleryProps = {
  ticket: Ticket;
  message: MessageItem;
  first: Attachment;
  onClose: () => void;
};

/** The gallery of what is loaded of the thread; what is not comes at its beginning. */
function TicketGallery({ ticket, message, ...rest }: TicketGalleryProps) {
  const { messages, loadEarlier } = useLoadedMessages(ticket);
  return <Gallery files={filesAround(messages, message)} onEarlier={loadEarlier} {...rest} />;
}
