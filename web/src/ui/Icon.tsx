import classes from "./Icon.module.css";
import { type IconName, iconPaths } from "./iconPaths";

export type { IconName };

const flipping = new Set<IconName>(["left", "right", "undo", "reply", "go"]);

type IconProps = {
  name: IconName;
  /** Size in px; 16 is the drawing's grid, 20 on phones. */
  size?: number;
  /** Says what the icon means; without it the icon is decoration. */
  label?: string;
  className?: string;
};

/** One of the 16 px iconPaths, in the colour of the text around it. */
export function Icon({ name, size = 16, label, className = "" }: IconProps) {
  const flip = flipping.has(name) ? "flip" : "";
  return (
    <svg
      className={`${classes.icon} ${flip} ${className}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {iconPaths[name]}
    </svg>
  );
}
