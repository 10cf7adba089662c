import classes from "./Brand.module.css";

/** The mark: a sun disc rising over the horizon. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg className={classes.mark} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <circle className={classes.sun} cx="16" cy="13" r="9" />
      <path
        d="M1.5 20.2h2.9c1.4 0 2.1.5 2.94 1.46a12.25 12.25 0 0 0 17.32 0c.84-.96 1.54-1.46 2.94-1.46h2.9"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.25"
        strokeLinecap="round"
      />
    </svg>
  );
}
