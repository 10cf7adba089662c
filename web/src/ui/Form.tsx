import {
  NativeSelect,
  type NativeSelectProps,
  PasswordInput,
  type PasswordInputProps,
  Switch,
  type SwitchProps,
  Textarea,
  type TextareaProps,
  TextInput,
  type TextInputProps,
} from "@mantine/core";
import { createContext, type ReactNode, use, useEffect, useRef, useState } from "react";
import { asProblem, ProblemError } from "@/api/problem";
import classes from "./Form.module.css";
import { Icon } from "./Icon";

const FormProblem = createContext<ProblemError | null>(null);

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
      setProblem(asProblem(error));
      setRefusals((count) => count + 1);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      className={`${classes.form} ${className}`}
      aria-label={label}
      onInput={(event) => setProblem((held) => withoutField(held, event.target))}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit(event.currentTarget);
      }}
    >
      {problem && !problem.problem.errors?.length && (
        <p className={classes.problem} role="alert">
          <Icon name="warn" />
          {problem.message}
        </p>
      )}
      <FormProblem value={problem}>{children(busy)}</FormProblem>
    </form>
  );
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
  return use(FormProblem)?.fieldError(name);
}

const parts = {
  label: classes.label,
  description: classes.description,
  error: classes.error,
  input: classes.input,
};

type Named<P> = P & { name: string };

/** A line of text; `name` is what the API calls it. */
export function TextField(props: Named<TextInputProps>) {
  return <TextInput {...props} classNames={parts} error={useFieldError(props.name)} />;
}

/** Several lines of text that grow with what is written. */
export function TextAreaField(props: Named<TextareaProps>) {
  return (
    <Textarea
      autosize
      minRows={4}
      {...props}
      classNames={parts}
      error={useFieldError(props.name)}
    />
  );
}

/** A password with an eye to show it. */
export function PasswordField(props: Named<PasswordInputProps>) {
  const error = useFieldError(props.name);
  return (
    <PasswordInput
      {...props}
      classNames={{ ...parts, innerInput: classes.innerInput }}
      error={error}
      // The library leaves it out here, and the form looks for it to put the cursor there.
      aria-invalid={error ? true : undefined}
    />
  );
}

/** One of a few fixed choices. */
export function SelectField(props: Named<NativeSelectProps>) {
  return <NativeSelect {...props} classNames={parts} error={useFieldError(props.name)} />;
}

/** On or off, in ink like every selection; the form value is "on" or absent. */
export function SwitchField(props: Named<SwitchProps>) {
  return (
    <Switch
      withThumbIndicator={false}
      {...props}
      classNames={{
        root: classes.switch,
        thumb: classes.switchThumb,
        label: classes.switchLabel,
        description: classes.switchHint,
      }}
    />
  );
}
