import type { InputField } from "@/api/customFields";

/** A custom field to fill in, its value, and how it is shown. */
export type FieldInputProps = {
  field: InputField;
  /** How the server's errors name it, where it is no custom field. */
  path?: string;
  value: unknown;
  onChange: (value: unknown) => void;
  required?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
};
