// 16 px iconPaths, 1.5 px round stroke, coloured by the text around them.
import type { ReactNode } from "react";

export const iconPaths = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.5 10.5 3 3" />
    </>
  ),
  inbox: <path d="M2.5 9h3l1 2h3l1-2h3M4 3.5h8l1.5 5.5v3a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V9z" />,
  user: (
    <>
      <circle cx="8" cy="5.5" r="2.5" />
      <path d="M3 13.5c.6-2.6 2.6-4 5-4s4.4 1.4 5 4" />
    </>
  ),
  users: (
    <>
      <circle cx="6" cy="5.5" r="2.25" />
      <path d="M1.75 13c.5-2.3 2.2-3.5 4.25-3.5s3.75 1.2 4.25 3.5M10.5 3.4a2.25 2.25 0 0 1 0 4.2M12 9.8c1.2.5 2 1.6 2.3 3.2" />
    </>
  ),
  at: (
    <>
      <circle cx="8" cy="8" r="2.5" />
      <path d="M10.5 8v1a1.75 1.75 0 0 0 3.5 0V8a6 6 0 1 0-2.4 4.8" />
    </>
  ),
  layers: <path d="m8 2.5 6 3-6 3-6-3zM2.5 8.5 8 11.25l5.5-2.75M2.5 11.25 8 14l5.5-2.75" />,
  timer: (
    <>
      <circle cx="8" cy="9" r="5" />
      <path d="M8 6.5V9l1.5 1M6.5 1.75h3" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.75V8l2.25 1.5" />
    </>
  ),
  book: (
    <path d="M2.5 3h3.3A2.2 2.2 0 0 1 8 5.2V13a1.6 1.6 0 0 0-1.6-1.5H2.5zM13.5 3h-3.3A2.2 2.2 0 0 0 8 5.2V13a1.6 1.6 0 0 1 1.6-1.5h3.9z" />
  ),
  chart: <path d="M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6" />,
  gear: (
    <>
      <path d="M2 4.5h6.5M12.5 4.5H14M2 11.5h1.5M7.5 11.5H14" />
      <circle cx="10.5" cy="4.5" r="1.75" />
      <circle cx="5.5" cy="11.5" r="1.75" />
    </>
  ),
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  down: <path d="m5 6.5 3 3 3-3" />,
  up: <path d="m5 9.5 3-3 3 3" />,
  right: <path d="m6.5 5 3 3-3 3" />,
  left: <path d="M9.5 12 5.5 8l4-4" />,
  lock: (
    <>
      <rect x="3.5" y="7" width="9" height="6.5" rx="1.5" />
      <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
    </>
  ),
  reply: <path d="M6 4 2.5 7.5 6 11M3 7.5h6a4.5 4.5 0 0 1 4.5 4.5v.5" />,
  clip: (
    <path d="m13 7.5-5 5a3.2 3.2 0 0 1-4.5-4.5l5.3-5.3a2.1 2.1 0 0 1 3 3l-5.2 5.2a1 1 0 0 1-1.5-1.5l4.7-4.7" />
  ),
  bolt: <path d="M9 1.75 3.5 9H8l-1 5.25L12.5 7H8z" />,
  dots: (
    <g fill="currentColor" stroke="none">
      <circle cx="3.5" cy="8" r="1.25" />
      <circle cx="8" cy="8" r="1.25" />
      <circle cx="12.5" cy="8" r="1.25" />
    </g>
  ),
  bell: (
    <path d="M3 11.5c1-.9 1.25-2 1.25-4.25a3.75 3.75 0 0 1 7.5 0c0 2.25.25 3.35 1.25 4.25zM6.75 13.75h2.5" />
  ),
  link: (
    <path d="M6.75 9.25a2.5 2.5 0 0 0 3.6.1l2.15-2.15a2.5 2.5 0 0 0-3.55-3.55L8 4.6M9.25 6.75a2.5 2.5 0 0 0-3.6-.1L3.5 8.8a2.5 2.5 0 0 0 3.55 3.55L8 11.4" />
  ),
  tag: (
    <>
      <path d="M8.3 2.5H13a.5.5 0 0 1 .5.5v4.7L7.8 13.4a1 1 0 0 1-1.4 0L2.6 9.6a1 1 0 0 1 0-1.4z" />
      <circle cx="10.75" cy="5.25" r=".6" />
    </>
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  checks: <path d="m1 8.5 3 3 5.5-6.5M7.5 11l.5.5L14.5 4" />,
  x: <path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />,
  minus: <path d="M4.5 8h7" />,
  file: (
    <path d="M4 2h5l3.5 3.5V13a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1V2.5A.5.5 0 0 1 4 2zM9 2v3.5h3.5" />
  ),
  mail: (
    <>
      <rect x="2" y="3.5" width="12" height="9" rx="1.5" />
      <path d="m2.5 4.5 5.5 4.25 5.5-4.25" />
    </>
  ),
  undo: <path d="M5.5 3 2.5 6l3 3M3 6h6.5a3.75 3.75 0 0 1 0 7.5H6" />,
  merge: <path d="M4 2.5v3c0 2.5 4 2.5 4 5v3M12 2.5v3c0 2.5-4 2.5-4 5" />,
  filter: <path d="M2.5 4.5h11M4.5 8h7M6.5 11.5h3" />,
  sort: <path d="M5 3v10M2.75 10.75 5 13l2.25-2.25M11 13V3M8.75 5.25 11 3l2.25 2.25" />,
  rows: <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />,
  server: (
    <>
      <rect x="2" y="2.5" width="12" height="4.5" rx="1.25" />
      <rect x="2" y="9" width="12" height="4.5" rx="1.25" />
      <path d="M4.75 4.75h.01M4.75 11.25h.01" />
    </>
  ),
  shield: <path d="M8 1.75 13 3.5v4c0 3.25-2 5.5-5 6.75-3-1.25-5-3.5-5-6.75v-4z" />,
  stack: (
    <>
      <ellipse cx="8" cy="4" rx="5" ry="2" />
      <path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2" />
    </>
  ),
  gauge: <path d="M2.5 12a6.25 6.25 0 1 1 11 0M8 9.5l2.75-3.25" />,
  plug: <path d="M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9V7a4.5 4.5 0 0 1-9 0zM8 11.5V14" />,
  pulse: <path d="M1.75 8h3l1.75-4.5 3 9L11.25 8h3" />,
  home: <path d="M2.5 7.5 8 2.75l5.5 4.75M4 6.5v6.75h8V6.5" />,
  send: <path d="M8 13V3.5M4 7.25 8 3l4 4.25" />,
  star: (
    <path d="m8 2.25 1.75 3.6 3.95.55-2.85 2.8.65 3.95L8 11.3l-3.5 1.85.65-3.95L2.3 6.4l3.95-.55z" />
  ),
  go: <path d="M3 8h10M9 4l4 4-4 4" />,
  seal: (
    <path d="m8 1.6 1.7 1.2 2.05.05.7 1.95 1.6 1.3-.6 2 .6 1.95-1.6 1.3-.7 1.95-2.05.05L8 14.5l-1.7-1.15-2.05-.05-.7-1.95-1.6-1.3.6-1.95-.6-2 1.6-1.3.7-1.95L6.3 2.8zM5.75 8.1l1.6 1.6 3-3.25" />
  ),
  warn: <path d="M8 2.5 14 13H2zM8 6.5v3M8 11.25h.01" />,
  panel: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.5" />
      <path d="M10 3v10" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M3.5 10.5a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1" />
    </>
  ),
  text: <path d="M3 4h10M8 4v9" />,
  phone: <rect x="4.5" y="1.75" width="7" height="12.5" rx="1.5" />,
  new: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.1 2.2" />,
  open: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5a3 3 0 0 1 0 6z" fill="currentColor" stroke="none" />
    </>
  ),
  wait: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5.25V8h2" />
    </>
  ),
  hold: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M6.75 6.25v3.5M9.25 6.25v3.5" />
    </>
  ),
  done: (
    <path
      d="M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM5.25 8.25 7.25 10.25l3.6-4.2"
      fill="none"
    />
  ),
  p1: (
    <g fill="currentColor" stroke="none">
      <rect x="2" y="9.5" width="3" height="4" rx="1" />
      <rect x="6.5" y="6.5" width="3" height="7" rx="1" opacity=".28" />
      <rect x="11" y="3.5" width="3" height="10" rx="1" opacity=".28" />
    </g>
  ),
  p2: (
    <g fill="currentColor" stroke="none">
      <rect x="2" y="9.5" width="3" height="4" rx="1" />
      <rect x="6.5" y="6.5" width="3" height="7" rx="1" />
      <rect x="11" y="3.5" width="3" height="10" rx="1" opacity=".28" />
    </g>
  ),
  p3: (
    <g fill="currentColor" stroke="none">
      <rect x="2" y="9.5" width="3" height="4" rx="1" />
      <rect x="6.5" y="6.5" width="3" height="7" rx="1" />
      <rect x="11" y="3.5" width="3" height="10" rx="1" />
    </g>
  ),
  p4: (
    <path
      fill="currentColor"
      stroke="none"
      fillRule="evenodd"
      d="M4.5 2h7A2.5 2.5 0 0 1 14 4.5v7a2.5 2.5 0 0 1-2.5 2.5h-7A2.5 2.5 0 0 1 2 11.5v-7A2.5 2.5 0 0 1 4.5 2zM7.2 4.5l.2 4.5h1.2l.2-4.5zM8 10.2a.9.9 0 1 0 0 1.8.9.9 0 0 0 0-1.8z"
    />
  ),
  image: (
    <>
      <rect x="2.5" y="3" width="11" height="10" rx="1.5" />
      <path d="m3 11.5 3-3 2.25 2.25L10.5 8.5l2.75 2.75" />
      <path d="M6 6.25h.01" />
    </>
  ),
  download: <path d="M8 2.75v7M5 7l3 3 3-3M3 13.25h10" />,
  eye: (
    <>
      <path d="M1.75 8C3.2 5.3 5.4 4 8 4s4.8 1.3 6.25 4C12.8 10.7 10.6 12 8 12S3.2 10.7 1.75 8z" />
      <circle cx="8" cy="8" r="1.75" />
    </>
  ),
  offline: (
    <path d="M2 2l12 12M4.2 6.3A7 7 0 0 1 6.3 5.2M9.4 4.9a7 7 0 0 1 2.9 1.4M6 8.7a3.6 3.6 0 0 1 4 0M8 11.75h.01" />
  ),
  moon: <path d="M13.25 9.5A5.5 5.5 0 0 1 6.5 2.75 5.5 5.5 0 1 0 13.25 9.5z" />,
  exit: <path d="M6.5 2.75h-3v10.5h3M6.5 8h7M10.75 5.25 13.5 8l-2.75 2.75" />,
  keyboard: (
    <>
      <rect x="1.75" y="4" width="12.5" height="8.5" rx="1.5" />
      <path d="M4.5 6.75h.01M7 6.75h.01M9.5 6.75h.01M11.75 6.75h.01M5.5 9.75h5" />
    </>
  ),
  retry: <path d="M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3" />,
  pen: <path d="m3 13 .6-2.75L10.75 3.1a1 1 0 0 1 1.4 0l.75.75a1 1 0 0 1 0 1.4L5.75 12.4z" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof iconPaths;
