import type { QueryKey } from "@tanstack/react-query";
import type { ChangeEvent } from "react";
import { useState } from "react";
import type { Written } from "@/api/client";
import type { Problem } from "@/api/types";
import { refuse } from "./checks";
import { useEdits } from "./edits";
import { useSaved } from "./saved";

type Stored = { version?: number };

type RecordOptions<T extends object, S extends Stored, R> = {
  /** What is stored; without it a record is added. */
  stored?: S;
  /** The fields of the dialog, of what is stored or of a new record. */
  fieldsOf: (stored?: S) => T;
  /** Fetches what is stored now, after somebody else's change. */
  onReload?: () => Promise<S | undefined>;
  onClose: () => void;
  /** What is wrong before anything is sent. */
  check?: (values: T) => NonNullable<Problem["errors"]>;
  /** Sends it; `changed` holds what differs from what is stored. */
  save: (values: T, changed: Partial<T>, version: number | undefined) => Promise<Written<R>>;
  /** The sentence of the toast that offers to undo it. */
  said: (values: T) => string;
  /** Which queries saving and removing make old. */
  stale: readonly QueryKey[];
  /** Where it goes on after saving; without it the dialog closes. */
  onSaved?: (written: R) => void;
};

type TextName<T> = { [N in keyof T]: T[N] extends string ? N : never }[keyof T] & string;
type SwitchName<T> = { [N in keyof T]: T[N] extends boolean ? N : never }[keyof T] & string;
type Typed = ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;

/**
 * One record that a dialog adds or edits: its values, saving with the version it was read with, and
 * what somebody else changed meanwhile. `dialog` is for `EditDialog`, `text` and `toggle` for fields.
 */
export function useRecord<T extends object, S extends Stored, R>(options: RecordOptions<T, S, R>) {
  const { stored, fieldsOf, onReload, onClose } = options;
  const saved = useSaved();
  const edits = useEdits(fieldsOf(stored));
  const [version, setVersion] = useState(stored?.version);
  const { values, changed } = edits;
  const onSave = async () => {
    refuse(...(options.check?.(values) ?? []));
    const written = await options.save(values, changed, version);
    saved(written, options.said(values), options.stale);
    if (options.onSaved) options.onSaved(written.data);
    else onClose();
  };
  const onConflict = async () => {
    const newer = await onReload?.();
    if (!newer) return;
    edits.rebase(fieldsOf(newer));
    setVersion(newer.version);
  };
  /** Removes it, with the sentence of its toast. */
  const remove = async (write: () => Promise<Written<unknown>>, sentence: string) => {
    saved(await write(), sentence, options.stale);
    onClose();
  };
  const text = (name: TextName<T>) => ({
    name,
    value: values[name] as string,
    onChange: (event: Typed) => edits.set({ [name]: event.currentTarget.value } as Partial<T>),
  });
  const toggle = (name: SwitchName<T>) => ({
    name,
    checked: values[name] as boolean,
    onChange: (event: ChangeEvent<HTMLInputElement>) =>
      edits.set({ [name]: event.currentTarget.checked } as Partial<T>),
  });
  const dialog = { dirty: edits.dirty, isNew: !stored, onSave, onConflict, onClose };
  return { values, changed, set: edits.set, text, toggle, remove, dialog };
}
