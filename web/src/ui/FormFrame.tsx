import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from "react";
import { asProblem, ProblemError } from "@/api/problem";
import classes from "./FormFrame.module.css";
import { Icon } from "./Icon";

type FormState = {
  problem: ProblemError | null;
  /** The names of the fields that show what is wrong with them. */
  fields: Set<string>;
};

const FormContext = createContext<FormState | null>(null);

type FormProps = {
  /** Receives the fields by name; what it throws is shown at the field it names, or above. */
  onSubmit: (values: FormData) => Promise<void>;
  /** Receives whether a submit is under way, for the button. */
  children: (busy: boolean) => ReactNode;
  className?: string;
  label?: string;
};

/** One form: fields are read when it is sent, refusals land at the field that caused them. */
export function Form({ onSubmit, children, className = "", label }: FormProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [refusals, setRefusals] = useState(0);
  const [above, setAbove] = useState("");
  const [fields] = useState(() => new Set<string>());
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const submit = async (sent: HTMLFormElement) => {
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit(new FormData(sent));
    } catch (error) {
      const refused = asProblem(error);
      setProblem(refused);
      setAbove(wordsAbove(refused, fields));
      setRefusals((count) => count + 1);
    } finally {
      setBusy(false);
    }
  };
  const state = useMemo(() => ({ problem, fields }), [problem, fields]);
  return (
    <form
      ref={form}
      className={`${classes.form} ${className}`}
      aria-label={label}
      onInput={(event) => setProblem((held) => withoutField(held, event.target))}
      onSubmit={(event) => {
        event.preventDefault();
        // A dialog that stands within another one's form is sent alone.
        event.stopPropagation();
        if (!busy) void submit(event.currentTarget);
      }}
    >
      {problem && above && (
        <p className={classes.problem} role="alert">
          <Icon name="warn" />
          {above}
        </p>
      )}
      <FormContext value={state}>{children(busy)}</FormContext>
    </form>
  );
}

/** What is said above the form: what is about no field, or about one that this form does not have. */
function wordsAbove({ problem, message }: ProblemError, fields: Set<string>): string {
  const errors = problem.errors ?? [];
  if (errors.length === 0) return message;
  const homeless = errors.filter(({ field }) => !fields.has(field));
  return homeless.map(({ field, message }) => `${field}: ${message}`).join("; ");
}

/** What is still wrong once a field is being changed: the others. */
function withoutField(held: ProblemError | null, target: EventTarget): ProblemError | null {
  const name = target instanceof Element ? target.getAttribute("name") : null;
  if (!held?.problem.errors || name === null || !held.fieldError(name)) return held;
  const errors = held.problem.errors.filter((error) => error.field !== name);
  return errors.length > 0 ? new ProblemError({ ...held.problem, errors }) : null;
}

/** What was refused about a field of the form around it, or undefined. */
export function useFieldError(name: string): string | undefined {
  const form = use(FormContext);
  const fields = form?.fields;
  useEffect(() => {
    fields?.add(name);
    return () => void fields?.delete(name);
  }, [fields, name]);
  return form?.problem?.fieldError(name);
}
