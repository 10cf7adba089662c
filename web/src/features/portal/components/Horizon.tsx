import classes from "./Horizon.module.css";

/** The sun on its way over the horizon; left out on phones. */
export function Horizon() {
  return (
    <svg className={classes.arc} viewBox="0 0 640 208" aria-hidden="true">
      <g fill="none" strokeLinecap="round">
        <path d="M24 208A296 196 0 0 1 110.7 69.4" stroke="var(--gold-mark)" strokeWidth="2" />
        <path
          d="M110.7 69.4A296 196 0 0 1 616 208"
          stroke="var(--line-3)"
          strokeWidth="1.5"
          strokeDasharray="1 6"
        />
      </g>
      <circle cx="110.7" cy="69.4" r="19" fill="var(--canvas)" />
      <circle cx="110.7" cy="69.4" r="14" fill="var(--gold)" />
    </svg>
  );
}
