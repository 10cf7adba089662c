import type { CSSProperties } from "react";
import { hueOf, initialsOf } from "@/lib/avatarLook";
import classes from "./Avatar.module.css";

type AvatarProps = {
  /** What the colour is made of: the person's id. */
  id: number | string;
  name: string;
  /** 18 px in chips, 20 in rows, 28 in the thread, 36 in the panel. */
  size?: "xs" | "s" | "m" | "l";
  /** Organizations are square. */
  square?: boolean;
  /** Somebody of the staff who is away now. */
  away?: boolean;
};

/** A person as a coloured disc with initials; decoration beside the written name. */
export function Avatar({ id, name, size = "s", square = false, away }: AvatarProps) {
  const style = { "--h": hueOf(id) } as CSSProperties;
  return (
    <span
      className={`${classes.avatar} ${classes[size]} ${square ? classes.square : ""}`}
      style={style}
      data-away={away || undefined}
      title={name}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}

/** The dashed ring that says: nobody. */
export function NobodyAvatar({
  label,
  size = "s",
  hidden = false,
}: {
  label: string;
  size?: "s" | "m";
  /** Not read out, because it is said in words beside. */
  hidden?: boolean;
}) {
  const spoken = hidden
    ? ({ "aria-hidden": true } as const)
    : ({ role: "img", "aria-label": label } as const);
  return (
    <span
      {...spoken}
      className={`${classes.avatar} ${classes[size]} ${classes.nobody}`}
      title={label}
    />
  );
}
