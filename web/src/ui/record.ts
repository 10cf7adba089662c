import type { QueryKey } from "@tanstack/react-query";
import type { ChangeEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Written } from "@/api/client";
import { asProblem, ownProblem } from "@/api/problem";
import type { Problem } from "@/api/types";
import { refuse } from "./checks";
import { useEdits } from "./edits";
import { type FieldWords, useMeanwhile } from "./meanwhile";
import { useSaved } from "./saved";

type Stored = { version?: number };

type RecordOptions<T extends object, S extends Stored, R> = {
  /** What is stored; without it a record is added. */
  stored?: S;
  /** The fields of the dialog, of what is stored or of a new record. */
  fieldsOf: (stored?: S) => T;
  /** How people read the fields where somebody else changed them meanwhile. */
  words: FieldWords<NoInfer<T>>;
  /** Fetches what is stored now, after somebody else's change. */
  onReload?: () => Promise<S | undefined>;
  /** Where a dialog goes once it is done; a form of a page stays. */
  onClose?: () => void;
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
 * One record that a form adds or edits: its values, saving with the version it was read with, and
 * what somebody else changed meanwhile, a choice for each field. `dialog` is for `EditDialog`,
 * `meanwhile` for `MeanwhileFields`, `text` and `toggle` for fields.
 */
export function useRecord<T extends object, S extends Stored, R>(options: RecordOptions<T, S, R>) {
  const { stored, fieldsOf, words, onReload, onClose } = options;
  const { t } = useTranslation();
  const saved = useSaved();
  const edits = useEdits(fieldsOf(stored));
  const others = useMeanwhile(edits, words);
  const [version, setVersion] = useState(stored?.version);
  const { values, changed } = edits;
  // What is untouched follows what is stored, such as after an undo.
  const isNewer = (stored?.version ?? 0) > (version ?? 0);
  if (isNewer && !edits.dirty && !others.rows) {
    edits.restart(fieldsOf(stored));
    setVersion(stored?.version);
  }
  const save = async () => {
    try {
      return await options.save(values, changed, version);
    } catch (error) {
      const refusal = asProblem(error);
      if (refusal.code !== "version_conflict") throw refusal;
      const newer = await onReload?.();
      if (!newer) throw refusal;
      others.meet(fieldsOf(newer));
      setVersion(newer.version);
      throw ownProblem(t("settings.conflict"));
    }
  };
  const onSave = async () => {
    refuse(...(options.check?.(values) ?? []));
    const written = await save();
    others.forget();
    saved(written, options.said(values), options.stale);
    if (options.onSaved) options.onSaved(written.data);
    else if (onClose) onClose();
    else edits.restart(values);
  };
  /** Removes it, with the sentence of its toast. */
  const remove = async (write: () => Promise<Written<unknown>>, sentence: string) => {
    saved(await write(), sentence, options.stale);
    onClose?.();
  };
  const text = (name: TextName<T>) => ({
    name,
    value: values[name] as string,
    onChange: (event: Typed) => others.set({ [name]: event.currentTarget.value } as Partial<T>),
  });
  const toggle = (name: SwitchName<T>) => ({
    name,
    checked: values[name] as boolean,
    onChange: (event: ChangeEvent<HTMLInputElement>) =>
      others.set({ [name]: event.currentTarget.checked } as Partial<T>),
  });
  const meanwhile = { rows: others.rows, choose: others.choose };
  const dialog = {
    dirty: edits.dirty,
    isNew: !stored,
    onSave,
    onClose: () => onClose?.(),
    meanwhile,
  };
  return { values, changed, set: others.set, text, toggle, remove, dialog, meanwhile };
}
