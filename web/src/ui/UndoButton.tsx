import { toast } from "@/lib/toast";
import { Button } from "./Button";
import { Icon } from "./Icon";
import classes from "./UndoButton.module.css";

type Props = {
  /** What it does, as it is read out. */
  label: string;
  /** The words on it; without any it is an icon. */
  children?: string;
  /** Why it would be refused, as a sentence: then it says so and does nothing else. */
  refusal: string | null;
  onUndo: () => void;
  /** The look of a button within a line of text; without one it is a button like others. */
  className?: string;
};

/** A way back. One that is closed stays in reach of the keyboard, for its reason is read out, shown on hover and told when it is pressed. */
export function UndoButton({ label, children, refusal, onUndo, className }: Props) {
  const common = {
    "aria-label": refusal === null ? label : `${label}. ${refusal}`,
    "aria-disabled": refusal !== null || undefined,
    title: refusal ?? (children ? undefined : label),
    onClick: refusal === null ? onUndo : () => toast.show({ message: refusal }),
  };
  const closed = refusal === null ? "" : classes.closed;
  if (className === undefined) {
    return (
      <Button size="s" icon="undo" className={closed} {...common}>
        {children}
      </Button>
    );
  }
  return (
    <button type="button" className={`${className} ${closed}`} {...common}>
      {children ?? <Icon name="undo" size={14} />}
    </button>
  );
}
