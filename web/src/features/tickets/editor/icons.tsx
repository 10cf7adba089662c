import type { ReactNode } from "react";

// 16 px, 1.5 px round stroke like ui/iconPaths, but outside of the first load.
const paths = {
  bold: <path d="M4.75 3h3.75a2.4 2.4 0 0 1 0 4.8H4.75zM4.75 7.8h4.5a2.6 2.6 0 0 1 0 5.2h-4.5z" />,
  italic: <path d="M6.5 3h5M4.5 13h5M9.25 3l-2.5 10" />,
  strike: (
    <path d="M2.5 8h11M11 5c-.4-1.4-1.5-2-3-2-1.7 0-3 .8-3 2.2 0 .9.5 1.5 1.3 1.9M5 11c.4 1.4 1.5 2 3 2 1.7 0 3-.8 3-2.2 0-.5-.1-.9-.4-1.2" />
  ),
  link: (
    <path d="M6.75 9.25a2.5 2.5 0 0 0 3.5 0l2.5-2.5a2.5 2.5 0 0 0-3.5-3.5l-.75.75M9.25 6.75a2.5 2.5 0 0 0-3.5 0l-2.5 2.5a2.5 2.5 0 0 0 3.5 3.5l.75-.75" />
  ),
  list: <path d="M6 4h7.5M6 8h7.5M6 12h7.5M2.75 4h.01M2.75 8h.01M2.75 12h.01" />,
  numbers: (
    <path d="M7 4h6.5M7 8h6.5M7 12h6.5M2.5 2.75l1-.5v3.5M2.25 10.5c.3-.7 1.9-.7 1.9.3 0 .8-1.9 1.3-1.9 2.4h2" />
  ),
  quote: <path d="M3 3.5v9M6.5 5h7M6.5 8h7M6.5 11h4" />,
  code: <path d="M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5" />,
  codeBlock: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.5" />
      <path d="m5 6 2 2-2 2M8.5 10.5H11" />
    </>
  ),
  table: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.5" />
      <path d="M2 6.5h12M2 9.75h12M6.75 6.5V13" />
    </>
  ),
  rowAfter: <path d="M2.5 3.5h11v4h-11zM8 10v4M6 12h4" />,
  columnAfter: <path d="M3.5 2.5v11h4v-11zM10 8h4M12 6v4" />,
  deleteRow: <path d="M2.5 3.5h11v4h-11zM6.5 10.5l3 3M9.5 10.5l-3 3" />,
  deleteColumn: <path d="M3.5 2.5v11h4v-11zM10.5 6.5l3 3M13.5 6.5l-3 3" />,
  deleteTable: <path d="M2 3h12v10H2zM6 6.25l4 3.5M10 6.25l-4 3.5" />,
  image: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.5" />
      <path d="m2.5 11.5 3.25-3.25 2.5 2.5 2-2 3.25 3.25M10.5 6h.01" />
    </>
  ),
  pastePlain: (
    <path d="M6 3H4a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V4a1 1 0 0 0-1-1h-2M6 2h4v2.5H6zM6 7.5h4M8 7.5V11" />
  ),
  clear: <path d="M4 3h8M8 3v3M7 9l-.5 4M2.5 2.5l11 11" />,
} satisfies Record<string, ReactNode>;

export type FormatIconName = keyof typeof paths;

/** An icon of the format bar. */
export function FormatIcon({ name }: { name: FormatIconName }) {
  return (
    <svg
      width={16}
      height={16}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {paths[name]}
    </svg>
  );
}
