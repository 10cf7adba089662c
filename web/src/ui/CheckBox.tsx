import classes from "./CheckBox.module.css";
import { Icon } from "./Icon";

type CheckBoxProps = {
  checked: boolean | "mixed";
  onChange: () => void;
  label: string;
  /** -1 where keys choose in another way. */
  tabIndex?: -1;
};

/** A 16 px box; selection is ink, not gold. */
export function CheckBox({ checked, onChange, label, tabIndex }: CheckBoxProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native box cannot be drawn as ink in both themes
    <button
      type="button"
      role="checkbox"
      aria-checked={checked}
      aria-label={label}
      tabIndex={tabIndex}
      className={classes.box}
      onClick={onChange}
    >
      {checked === true && <Icon name="check" />}
      {checked === "mixed" && <Icon name="minus" />}
    </button>
  );
}
