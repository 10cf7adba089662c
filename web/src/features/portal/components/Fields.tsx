import { type ComponentProps, type ReactNode, useId } from "react";
import { useFieldError } from "@/ui/FormFrame";
import classes from "./Fields.module.css";

type Given = { name: string; label: string; hint?: string };

/** A line of text; requesters load no component library, so this is the browser's own field. */
export function TextField({ name, label, hint, ...rest }: Given & ComponentProps<"input">) {
  const field = useField(name);
  return (
    <Labelled {...field} label={label} hint={hint}>
      <input {...rest} {...field.attributes} className={classes.input} />
    </Labelled>
  );
}

/** Several lines of text that grow with what is written where the browser can. */
export function TextAreaField({ name, label, hint, ...rest }: Given & ComponentProps<"textarea">) {
  const field = useField(name);
  return (
    <Labelled {...field} label={label} hint={hint}>
      <textarea {...rest} {...field.attributes} className={`${classes.input} ${classes.area}`} />
    </Labelled>
  );
}

/** One of a few fixed choices. */
export function SelectField({ name, label, hint, ...rest }: Given & ComponentProps<"select">) {
  const field = useField(name);
  return (
    <Labelled {...field} label={label} hint={hint}>
      <select {...rest} {...field.attributes} className={classes.input} />
    </Labelled>
  );
}

/** Several boxes under one name. */
export function Group({ name, label, hint, children }: Given & { children: ReactNode }) {
  const error = useFieldError(name);
  return (
    <fieldset className={`${classes.field} ${classes.group}`}>
      <legend className={classes.label}>{label}</legend>
      {hint && <p className={classes.hint}>{hint}</p>}
      {children}
      {error && <p className={classes.error}>{error}</p>}
    </fieldset>
  );
}

function useField(name: string) {
  const id = useId();
  const error = useFieldError(name);
  const attributes = {
    id,
    name,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": error ? `${id}-error` : undefined,
  };
  return { id, error, attributes };
}

type LabelledProps = {
  id: string;
  label: string;
  hint?: string;
  error?: string;
  children: ReactNode;
};

function Labelled({ id, label, hint, error, children }: LabelledProps) {
  return (
    <div className={classes.field}>
      <label htmlFor={id} className={classes.label}>
        {label}
      </label>
      {hint && <p className={classes.hint}>{hint}</p>}
      {children}
      {error && (
        <p id={`${id}-error`} className={classes.error}>
          {error}
        </p>
      )}
    </div>
  );
}
