import latinExt from "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?url";
import latin from "@/fonts/inter-latin.woff2?url";
import arabic from "@/fonts/noto-sans-arabic.woff2?url";

export type FrameLook = {
  dark: boolean;
  /** Allows images from other hosts; only after the person asked for them. */
  withRemoteImages: boolean;
  /** Forced upon all of it; undefined: as its text begins. */
  direction?: "ltr" | "rtl";
};

/** Colours of its own mean the mail was designed for white paper. */
const ownColours = /bgcolor|background(-color)?\s*[:=]|[^-]color\s*[:=]/i;

/** Whether a mail has to stand on white paper to be read as it was meant. */
export function needsPaper(html: string): boolean {
  return ownColours.test(html);
}

/**
 * The document for the sandboxed frame: sanitised HTML under a policy of its own.
 * No script runs (policy and sandbox both), nothing is fetched from elsewhere unless asked for.
 */
export function frameDocument(
  html: string,
  { dark, withRemoteImages, direction }: FrameLook,
): string {
  const paper = needsPaper(html);
  const images = withRemoteImages ? "'self' data: https: http:" : "'self' data:";
  const policy = `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'; font-src 'self'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><base target="_blank"><style>${styleFor(dark, paper)}${forced(direction)}</style></head><body dir="${direction ?? "auto"}">${withRemoteImages ? revealed(html) : html}</body></html>`;
}

/** Gives the images their address back that sanitising put aside. */
function revealed(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const image of page.querySelectorAll("img[data-remote-src]")) {
    image.setAttribute("src", image.getAttribute("data-remote-src") ?? "");
  }
  return page.body.innerHTML;
}

/** A mail that says its own directions is overruled, but for what is written as code. */
const forced = (direction: FrameLook["direction"]) =>
  direction ? `body,body :not(code,pre){direction:${direction}!important}` : "";

const LATIN = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC";
const LATIN_EXT =
  "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2C60-2C7F";
const ARABIC = "U+0600-06FF,U+0750-077F,U+200C-200E";

/** The frame stands alone, so it names the page's own fonts again. */
function face(address: string, range: string): string {
  return `@font-face{font-family:Text;font-weight:100 900;font-display:swap;src:url(${new URL(address, location.origin).href}) format("woff2");unicode-range:${range}}`;
}

const faces = () => face(latin, LATIN) + face(latinExt, LATIN_EXT) + face(arabic, ARABIC);

function styleFor(dark: boolean, paper: boolean): string {
  const night = dark && !paper;
  return `${faces()}
html{color-scheme:${night ? "dark" : "light"}}
body{margin:0;${paper && dark ? "padding:14px;background:#fff;" : ""}font:14px/22px Text,system-ui,sans-serif;color:${night ? "#E9ECF2" : "#141925"};overflow-wrap:anywhere}
body>:first-child{margin-top:0}body>:last-child{margin-bottom:0}
p{margin:0 0 8px}img{max-width:100%;height:auto}table{max-width:100%}
img[data-remote-src]:not([src]){display:inline-block;min-width:24px;min-height:24px;border:1px dashed #8A93A6;border-radius:4px}
a{color:inherit;text-underline-offset:3px}pre{white-space:pre-wrap}
blockquote{margin:8px 0;padding-inline-start:12px;border-inline-start:2px solid ${night ? "#2C3444" : "#D4D8E0"};color:${night ? "#AAB2C2" : "#475063"}}`;
}
