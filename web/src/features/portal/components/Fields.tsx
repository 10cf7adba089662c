import { type ComponentProps, type ReactNode, useId } from "react";
import { useFieldError } from "@/ui/FormFrame";
import classes from "./Fields.module.css";

type Given = { name: string; label: string };

/** A line of text; requesters load no component library, so this is the browser's own field. */
export function TextField({ name, label, ...rest }: Given & ComponentProps<"input">) {
  const field = useField(name);
  return (
    <Labelled {...field} label={label}>
      <input {...rest} {...field.attributes} className={classes.input} />
    </Labelled>
  );
}

/** Several lines of text that grow with what is written where the browser can. */
export function TextAreaField({ name, label, ...rest }: Given & ComponentProps<"textarea">) {
  const field = useField(name);
  return (
    <Labelled {...field} label={label}>
      <textarea {...rest} {...field.attributes} className={`${classes.input} ${classes.area}`} />
    </Labelled>
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

type LabelledProps = { id: string; label: string; error?: string; children: ReactNode };

function Labelled({ id, label, error, children }: LabelledProps) {
  return (
    <div className={classes.field}>
      <label htmlFor={id} className={classes.label}>
        {label}
      </label>
      {children}
      {error && (
        <p id={`${id}-error`} className={classes.error}>
          {error}
        </p>
      )}
    </div>
  );
}
