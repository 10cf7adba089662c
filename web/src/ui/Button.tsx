import type { ComponentProps, ReactNode } from "react";
import classes from "./Button.module.css";
import { Icon, type IconName } from "./Icon";
import { Kbd } from "./Kbd";

export type ButtonProps = Omit<ComponentProps<"button">, "color"> & {
  /** `gold` is the one primary action of a screen. */
  look?: "plain" | "line" | "gold" | "danger";
  size?: "s" | "m" | "l";
  icon?: IconName;
  iconAfter?: IconName;
  /** The key that does the same, shown behind the text. */
  shortcut?: string;
  busy?: boolean;
};

/** A button of 28 px (l: 36) with an optional icon and shortcut. */
export function Button({
  look = "plain",
  size = "m",
  icon,
  iconAfter,
  shortcut,
  busy = false,
  className = "",
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      aria-keyshortcuts={shortcut}
      className={`${classes.button} ${classes[look]} ${classes[size]} ${className}`}
    >
      {icon && <Icon name={icon} />}
      {children}
      {iconAfter && <Icon name={iconAfter} />}
      {shortcut && <Kbd hidden>{shortcut}</Kbd>}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, "icon" | "children" | "iconAfter" | "shortcut"> & {
  icon: IconName;
  label: string;
  shortcut?: string;
  iconSize?: number;
};

/** A square button that is only an icon; `label` is read out and shown on hover. */
export function IconButton({
  icon,
  label,
  shortcut,
  iconSize,
  className = "",
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      className={`${classes.iconOnly} ${className}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
    >
      <Icon name={icon} size={iconSize} />
    </Button>
  );
}

/** Two buttons in one gold shape: the usual way, and a menu of the others. */
export function SplitButton({ children }: { children: ReactNode }) {
  return <span className={classes.split}>{children}</span>;
}
