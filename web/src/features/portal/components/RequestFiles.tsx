import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/Button";
import { FileTile } from "@/ui/FileTile";
import { Icon } from "@/ui/Icon";
import type { PortalMessage } from "../api";
import classes from "./RequestFiles.module.css";

type PortalFile = PortalMessage["attachments"][number];

const previewable = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** The files of a message as tiles; images open large, everything else downloads. */
export function RequestFiles({ files }: { files: PortalFile[] }) {
  if (files.length === 0) return null;
  return (
    <div className={classes.files}>
      {files.map((file) =>
        previewable.has(file.mime_type) ? (
          <ImageTile key={file.id} file={file} />
        ) : (
          <a key={file.id} href={file.url} download={file.filename} className={classes.tile}>
            <FileTile name={file.filename} sizeBytes={file.size} />
          </a>
        ),
      )}
    </div>
  );
}

function ImageTile({ file }: { file: PortalFile }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const source = `${file.url}?inline=1`;
  return (
    <>
      <button type="button" className={classes.tile} onClick={() => dialog.current?.showModal()}>
        <FileTile name={file.filename} sizeBytes={file.size} thumbnail={source} />
      </button>
      <dialog ref={dialog} className={classes.dialog} aria-label={file.filename}>
        <header className={classes.head}>
          <bdi className="grow cut">{file.filename}</bdi>
          <a href={file.url} download={file.filename} className={classes.download}>
            <Icon name="download" />
            {t("request.download")}
          </a>
          <IconButton icon="x" label={t("dialog.close")} onClick={() => dialog.current?.close()} />
        </header>
        <img src={source} alt={file.filename} loading="lazy" className={classes.image} />
      </dialog>
    </>
  );
}
