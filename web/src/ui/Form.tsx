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
import classes from "./Form.module.css";
import { useFieldError } from "./FormFrame";

export { Form, useFieldError } from "./FormFrame";

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
