import { Button } from "./Button";
import classes from "./Segments.module.css";

type SegmentsProps<T extends string> = {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string }[];
};

/** Two or three choices side by side, one of them held down. */
export function Segments<T extends string>({ label, value, onChange, options }: SegmentsProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a bar
    <div className={classes.segments} role="group" aria-label={label}>
      {options.map((option) => (
        <Button
          key={option.value}
          size="s"
          className={classes.segment}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </Button>
      ))}
    </div>
  );
}
