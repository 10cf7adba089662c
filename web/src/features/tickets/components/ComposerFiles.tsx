import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import type { Attachment } from "@/api/types";
import { IconButton } from "@/ui/Button";
import { FileTile } from "@/ui/FileTile";
import type { PendingFile } from "../uploads";
import classes from "./ComposerFiles.module.css";

type ComposerFilesProps = {
  attachments: Attachment[];
  pending: PendingFile[];
  onDetach: (id: number) => void;
  onRemove: (key: string) => void;
};

/** Files that will go with the message, and those still on their way up. */
export function ComposerFiles({ attachments, pending, onDetach, onRemove }: ComposerFilesProps) {
  const { t } = useTranslation();
  if (attachments.length + pending.length === 0) return null;
  return (
    <div className={classes.files} aria-live="polite">
      {attachments.map((file) => (
        <FileTile key={file.id} name={file.filename} sizeBytes={file.size}>
          <IconButton
            icon="x"
            size="s"
            label={t("composer.detach", { name: file.filename })}
            onClick={() => onDetach(file.id)}
          />
        </FileTile>
      ))}
      {pending.map((upload) => (
        <FileTile
          key={upload.key}
          name={upload.file.name}
          sizeBytes={upload.file.size}
          hint={upload.error}
          failed={upload.error !== undefined}
          progress={upload.error ? undefined : upload.progress}
        >
          {upload.retry && (
            <IconButton
              icon="retry"
              size="s"
              label={t("composer.retryFile", { name: upload.file.name })}
              onClick={upload.retry}
            />
          )}
          <IconButton
            icon="x"
            size="s"
            label={t("composer.detach", { name: upload.file.name })}
            onClick={() => onRemove(upload.key)}
          />
        </FileTile>
      ))}
    </div>
  );
}
