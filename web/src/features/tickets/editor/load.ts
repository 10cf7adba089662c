import { useEffect, useState } from "react";

type Editor = typeof import("./RichText").RichText;

let loading: Promise<Editor> | undefined;
let loaded: Editor | undefined;

/** Loads the editor once; a failed try is forgotten, so that the next one asks again. */
function loadEditor(): Promise<Editor> {
  loading ??= import("./RichText").then(
    ({ RichText }) => {
      loaded = RichText;
      return RichText;
    },
    (error) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/**
 * The editor once it is wanted and has arrived, null until then: what can be typed without formatting is not
 * kept waiting. `mayArrive` is asked at the moment when it would take the plain field's place.
 */
export function useEditor(wanted: boolean, mayArrive: () => boolean): Editor | null {
  const [editor, setEditor] = useState<Editor | null>(() => loaded ?? null);
  useEffect(() => {
    if (!wanted || editor) return;
    let left = false;
    const arrive = (arrived: Editor) => {
      if (left) return;
      // Letters that are being composed would be lost.
      if (mayArrive()) setEditor(() => arrived);
      else setTimeout(arrive, RETRY_MS, arrived);
    };
    loadEditor().then(arrive, () => undefined);
    return () => {
      left = true;
    };
  }, [wanted, editor, mayArrive]);
  return editor;
}

const RETRY_MS = 200;
