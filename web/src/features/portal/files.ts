import type { TFunction } from "i18next";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { mayRetryUpload } from "@/api/upload";
import { randomKey } from "@/lib/randomKey";
import { roomFor } from "@/lib/roomFor";
import { sizeText } from "@/lib/sizes";
import { uploadPortalFile } from "./api";
import { fileRefusalText } from "./refusal";

const MOST_FILES = 20;

export type SentFile = {
  key: string;
  file: File;
  /** The share that is up, 0 to 1. */
  progress: number;
  /** What claims it once it is up. */
  token?: string;
  error?: string;
  /** Sends it once more; absent where that would end the same way. */
  retry?: () => void;
  cancel: () => void;
};

/** Files that go ahead of a request or an answer, which then names their tokens. */
export function useFiles(limitBytes: number) {
  const { t, i18n } = useTranslation();
  const [files, setFiles] = useState<SentFile[]>([]);
  const [tooMany, setTooMany] = useState<File[]>([]);
  const held = useRef(0);
  held.current = files.length;
  const update = useCallback((key: string, part: Partial<SentFile>) => {
    setFiles((held) => held.map((one) => (one.key === key ? { ...one, ...part } : one)));
  }, []);
  const start = useCallback(
    (key: string, file: File) => {
      const upload = uploadPortalFile(file, (progress) => update(key, { progress }));
      upload.done
        .then(({ token }) => update(key, { token, progress: 1 }))
        .catch((thrown) => {
          const problem = asProblem(thrown);
          const retry = mayRetryUpload(problem) ? () => again.current(key, file) : undefined;
          update(key, { error: fileRefusalText(problem, t), retry });
        });
      return upload.cancel;
    },
    [update, t],
  );
  const again = useRef<(key: string, file: File) => void>(() => {});
  again.current = (key, file) =>
    update(key, { error: undefined, retry: undefined, progress: 0, cancel: start(key, file) });
  const add = useCallback(
    (added: Iterable<File>) => {
      const room = roomFor(added, held.current, MOST_FILES);
      setTooMany(room.tooMany);
      // Files may be dropped twice before the page is drawn anew.
      held.current += room.taken.length;
      for (const file of room.taken) {
        const key = randomKey();
        if (file.size > limitBytes) {
          const error = t("ask.fileTooLarge", { limit: sizeText(limitBytes, i18n.language) });
          setFiles((held) => [...held, { key, file, progress: 0, error, cancel: () => {} }]);
          continue;
        }
        const cancel = start(key, file);
        setFiles((held) => [...held, { key, file, progress: 0, cancel }]);
      }
    },
    [limitBytes, t, i18n.language, start],
  );
  const remove = useCallback((key: string) => {
    setTooMany([]);
    setFiles((held) => {
      held.find((one) => one.key === key)?.cancel();
      return held.filter((one) => one.key !== key);
    });
  }, []);
  const clear = useCallback(() => {
    setTooMany([]);
    setFiles([]);
  }, []);
  const trouble = tooMany.length > 0 ? tooManyText(tooMany, t) : null;
  return { files, trouble, add, remove, clear };
}

/** Which files were left out because there is room for no more. */
function tooManyText(files: File[], t: TFunction): string {
  const [first] = files;
  return t("ask.tooManyFiles", {
    limit: String(MOST_FILES),
    count: files.length,
    name: first?.name ?? "",
  });
}

/** Why these files cannot go along yet, or null when they can. */
export function fileTrouble(files: SentFile[], t: TFunction): string | null {
  if (files.some((file) => file.error)) return t("ask.fileFailed");
  return files.some((file) => !file.token) ? t("ask.fileWaiting") : null;
}

export function tokensOf(files: SentFile[]): string[] {
  return files.flatMap((file) => (file.token ? [file.token] : []));
}
