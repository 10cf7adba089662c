import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import type { Attachment } from "@/api/types";
import { uploadFile } from "@/api/upload";
import { useMe } from "@/features/session/api";
import { freshKey } from "@/lib/key";
import { sizeText } from "@/lib/sizes";

export type PendingFile = {
  key: string;
  file: File;
  /** The share that is up, 0 to 1. */
  progress: number;
  error?: string;
  cancel: () => void;
};

/** Files on their way up; each arrives through `onUploaded` and leaves the list. */
export function useUploads(onUploaded: (attachment: Attachment) => void) {
  const { t, i18n } = useTranslation();
  const limitBytes = useMe().settings.upload_max_bytes;
  const [pending, setPending] = useState<PendingFile[]>([]);
  const arrived = useRef(onUploaded);
  arrived.current = onUploaded;

  const update = useCallback((key: string, part: Partial<PendingFile>) => {
    setPending((files) => files.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }, []);
  const remove = useCallback((key: string) => {
    setPending((files) => {
      files.find((file) => file.key === key)?.cancel();
      return files.filter((file) => file.key !== key);
    });
  }, []);
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const key = freshKey();
        if (file.size > limitBytes) {
          const error = t("composer.tooLarge", { limit: sizeText(limitBytes, i18n.language) });
          setPending((held) => [...held, { key, file, progress: 0, error, cancel: () => {} }]);
          continue;
        }
        const upload = uploadFile(file, (progress) => update(key, { progress }));
        setPending((held) => [...held, { key, file, progress: 0, cancel: upload.cancel }]);
        upload.done
          .then((attachment) => {
            setPending((held) => held.filter((one) => one.key !== key));
            arrived.current(attachment);
          })
          .catch((error) => update(key, { error: asProblem(error).message }));
      }
    },
    [limitBytes, t, i18n.language, update],
  );
  const uploading = pending.some((file) => !file.error);
  return { pending, uploading, add, remove };
}
