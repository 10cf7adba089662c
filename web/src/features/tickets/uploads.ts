import "@/app/pageTexts";
import type { TFunction } from "i18next";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, type ProblemError } from "@/api/problem";
import { useMe } from "@/api/session";
import type { Attachment } from "@/api/types";
import { mayRetryUpload, uploadFile } from "@/api/upload";
import { randomKey } from "@/lib/randomKey";
import { roomFor } from "@/lib/roomFor";
import { sizeText } from "@/lib/sizes";
import { toast } from "@/lib/toast";

/** As many as one message takes. */
const MOST_FILES = 50;

export type PendingFile = {
  key: string;
  file: File;
  /** The share that is up, 0 to 1. */
  progress: number;
  error?: string;
  /** Sends it once more; absent where that would end the same way. */
  retry?: () => void;
  cancel: () => void;
};

/**
 * Files on their way up; each arrives through `onUploaded` and leaves the list. `attached` is how many
 * have arrived: what there is no room for is told at once and not sent.
 */
export function useUploads(onUploaded: (attachment: Attachment) => void, attached: number) {
  const { t, i18n } = useTranslation();
  const limitBytes = useMe().settings.upload_max_bytes;
  const [pending, setPending] = useState<PendingFile[]>([]);
  const arrived = useRef(onUploaded);
  arrived.current = onUploaded;
  const held = useRef(0);
  held.current = attached + pending.length;

  const update = useCallback((key: string, part: Partial<PendingFile>) => {
    setPending((files) => files.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }, []);
  const remove = useCallback((key: string) => {
    setPending((files) => {
      files.find((file) => file.key === key)?.cancel();
      return files.filter((file) => file.key !== key);
    });
  }, []);
  const start = useCallback(
    (key: string, file: File, then?: (attachment: Attachment) => void) => {
      const upload = uploadFile(file, (progress) => update(key, { progress }));
      upload.done
        .then((attachment) => {
          setPending((held) => held.filter((one) => one.key !== key));
          arrived.current(attachment);
          then?.(attachment);
        })
        .catch((thrown) => {
          const problem = asProblem(thrown);
          const retry = mayRetryUpload(problem) ? () => again.current(key, file, then) : undefined;
          update(key, { error: uploadRefusal(problem, t), retry });
        });
      return upload.cancel;
    },
    [update, t],
  );
  const again = useRef<typeof start>(() => () => {});
  again.current = (key, file, then) => {
    const cancel = start(key, file, then);
    update(key, { error: undefined, retry: undefined, progress: 0, cancel });
    return cancel;
  };
  /** `then` hears of each once it has arrived, such as to show it in the text. */
  const add = useCallback(
    (files: Iterable<File>, then?: (attachment: Attachment) => void) => {
      const room = roomFor(files, held.current, MOST_FILES);
      if (room.tooMany.length > 0) {
        const said = { limit: String(MOST_FILES), count: room.tooMany.length };
        toast.show({ message: t("composer.tooManyFiles", said), tone: "bad" });
      }
      // Files may be dropped twice before the page is drawn anew.
      held.current += room.taken.length;
      for (const file of room.taken) {
        const key = randomKey();
        if (file.size > limitBytes) {
          const error = t("composer.tooLarge", { limit: sizeText(limitBytes, i18n.language) });
          setPending((held) => [...held, { key, file, progress: 0, error, cancel: () => {} }]);
          continue;
        }
        const cancel = start(key, file, then);
        setPending((held) => [...held, { key, file, progress: 0, cancel }]);
      }
    },
    [limitBytes, t, i18n.language, start],
  );
  const uploading = pending.some((file) => !file.error);
  return { pending, uploading, add, remove };
}

/** What a refused file's tile says: its name stands above, so the sentence goes without. */
function uploadRefusal(problem: ProblemError, t: TFunction): string {
  if (problem.code === "file_infected")
    return t("composer.infected", { finding: String(problem.data("finding") ?? "") });
  if (problem.code === "file_not_scanned") return t("composer.notScanned");
  if (problem.code === "scanner_unavailable") return t("composer.scannerAway");
  if (problem.code === "offline") return t("composer.notUp");
  return problem.message;
}
