import type { Ref } from "react";
import type { ComposerMode, Draft } from "../draftStore";
import type { Trigger } from "../macros/trigger";

/** What is put into a text: plain, or with its formatting where it has some. */
export type Insertion = { text: string; html: string | null };

/** Where a reply or a note is written, whether its editor has arrived or not. */
export type WritingField = {
  focus: () => void;
  blur: () => void;
  /** The `::` and the words after it that the caret stands behind. */
  trigger: () => Trigger | null;
  /** Puts something in the trigger's place, or at the end where that has changed meanwhile. */
  place: (trigger: Trigger, insertion: Insertion) => void;
};

export type ComposerTextProps = {
  kind: ComposerMode;
  draft: Draft;
  label: string;
  placeholder: string;
  /** Whether somebody is about to write: then the editor is fetched. */
  wanted: boolean;
  onChange: (part: (held: Draft) => Partial<Draft>) => void;
  /** Tells whether the key was taken. */
  onKeyDown: (event: KeyboardEvent) => boolean;
  onFiles: (files: File[]) => void;
  /** Uploads a picture and tells when it is there. */
  onImages: (files: File[], placed: (image: { id: number; filename: string }) => void) => void;
  /** The caret or the text is another. */
  onLook: () => void;
  onLeave: () => void;
  described: { "aria-controls"?: string; "aria-activedescendant"?: string };
  ref: Ref<WritingField>;
};
