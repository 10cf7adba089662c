import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/Button";
import { FileTile } from "@/ui/FileTile";
import { Icon } from "@/ui/Icon";
import type { SentFile } from "../files";
import classes from "./FileList.module.css";

type FileListProps = {
  files: SentFile[];
  /** What was left out, in a sentence. */
  trouble: string | null;
  onRemove: (key: string) => void;
};

/** Files that go along, how far each is up, and what went wrong with it or with the choice. */
export function FileList({ files, trouble, onRemove }: FileListProps) {
  return (
    <>
      <Files files={files} onRemove={onRemove} />
      {trouble && (
        <p className={classes.trouble} role="alert">
          <Icon name="warn" />
          {trouble}
        </p>
      )}
    </>
  );
}

function Files({ files, onRemove }: Omit<FileListProps, "trouble">) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  const hintOf = ({ error, token, progress }: SentFile) => {
    if (error) return error;
    return token ? undefined : t("ask.uploading", { count: Math.round(progress * 100) });
  };
  return (
    <ul className={classes.files} aria-label={t("ask.files")} aria-live="polite">
      {files.map((one) => (
        <li key={one.key}>
          <FileTile
            name={one.file.name}
            sizeBytes={one.file.size}
            hint={hintOf(one)}
            failed={one.error !== undefined}
            progress={one.error || one.token ? undefined : one.progress}
          >
            {one.retry && (
              <IconButton
                type="button"
                icon="retry"
                size="s"
                label={t("ask.retryFile", { name: one.file.name })}
                onClick={one.retry}
              />
            )}
            <IconButton
              type="button"
              icon="x"
              size="s"
              label={t("ask.removeFile", { name: one.file.name })}
              onClick={() => onRemove(one.key)}
            />
          </FileTile>
        </li>
      ))}
    </ul>
  );
}
