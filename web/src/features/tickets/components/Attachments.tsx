import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Attachment } from "@/api/types";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { FileTile } from "@/ui/FileTile";
import { Icon } from "@/ui/Icon";
import classes from "./Attachments.module.css";

const previewable = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** The files of a message as tiles; images open large, everything else downloads. */
export function Attachments({ attachments }: { attachments: Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <div className={classes.files}>
      {attachments.map((file) =>
        previewable.has(file.mime_type) ? (
          <ImageTile key={file.id} file={file} />
        ) : (
          <a key={file.id} href={file.url} download={file.filename} className={classes.link}>
            <FileTile name={file.filename} sizeBytes={file.size} />
          </a>
        ),
      )}
    </div>
  );
}

function ImageTile({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const [opened, dialog] = useDisclosure(false);
  const source = `${file.url}?inline=1`;
  return (
    <>
      <button type="button" className={classes.link} onClick={dialog.open}>
        <FileTile name={file.filename} sizeBytes={file.size} thumbnail={source} />
      </button>
      <Dialog opened={opened} onClose={dialog.close} title={file.filename} width={960}>
        <img src={source} alt={file.filename} className={classes.preview} />
        <DialogActions>
          <a href={file.url} download={file.filename} className={classes.download}>
            <Icon name="download" />
            {t("ticket.download")}
          </a>
        </DialogActions>
      </Dialog>
    </>
  );
}
