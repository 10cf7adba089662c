import classes from "./Logo.module.css";

export type LogoImage = { url: string; width: number; height: number };

type LogoProps = {
  logo: LogoImage;
  /** What it says; empty where the name stands beside it. */
  name: string;
  /** The room there is, in px. */
  maxWidth: number;
  maxHeight: number;
};

/** A workspace's logo, as large as its room, with its place kept while it loads. */
export function Logo({ logo, name, maxWidth, maxHeight }: LogoProps) {
  const scale = Math.min(1, maxWidth / logo.width, maxHeight / logo.height);
  return (
    <img
      className={classes.logo}
      src={logo.url}
      alt={name}
      width={Math.round(logo.width * scale)}
      height={Math.round(logo.height * scale)}
    />
  );
}

const WIDEST_MARK = 1.6;

/** Whether a logo still says something where there is room for a mark only. */
export function fitsAsMark({ width, height }: LogoImage): boolean {
  return width / height <= WIDEST_MARK;
}
