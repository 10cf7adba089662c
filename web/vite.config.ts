import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./scripts/compressed";

const apiPort = process.env.ATUM_API_PORT ?? "8000";
const livePort = process.env.ATUM_LIVE_PORT ?? "8001";

/** What the portal's first page and the desk both stand on. */
const BOTH = [
  "/node_modules/(react|react-dom|scheduler|use-sync-external-store|i18next|react-i18next)/",
  "/node_modules/(openapi-fetch|@tanstack/react-query|@tanstack/query-core)/",
  "/hooks/esm/use-document-title/|vite/preload-helper",
  "/src/api/(client|notice|problem|upload)\\.|/src/locales/en/(common|portal)",
  "/src/app/(base|freshPage|i18n|languages|NotFoundScreen|places|queryClient|styles|tokens)\\.",
  "/src/lib/(browserStorage|clipboard|randomKey|sizes|text|toast)\\.",
  "/src/ui/(Brand.module|BrandMark|Button|FileTile|FormFrame|Icon|iconPaths|Kbd|Logo|States)\\.",
  "/src/ui/(Button|FileTile|FormFrame|Icon|Kbd|Logo|States).module|/src/ui/customFields/valueText\\.",
];
/** What a request of the portal and the desk's messages both stand on. */
const MESSAGES = [
  "/hooks/esm/use-(network|window-event)/",
  // Not with the portal's screens, which the desk does not load.
  "/src/features/portal/feature\\.|/src/lib/",
  "/src/ui/(Avatar|FormattedBody|HtmlFrame|Omitted|PlainText|RelativeTime|TicketIcons|ToastSlot)\\.",
];
const DESK = ["/src/app/startDesk", "/src/app/shell/DeskShell|/src/features/tickets/TicketsScreen"];

/**
 * Few files, each for what is shown together: a request costs more than the kilobytes that finer
 * splitting saves. Each takes what it imports unless an earlier one has it. What a first load may
 * weigh is tested in api/tests/e2e/test_wire.py.
 */
const groups = [
  { name: "main", test: BOTH },
  { name: "portal", test: ["/src/app/startPortal", "/src/features/portal/PortalHome"] },
  { name: "messages", test: MESSAGES },
  { name: "request", test: ["/src/features/portal/"] },
  { name: "desk", test: DESK },
  { name: "ticket", test: ["/src/features/tickets/TicketPage"] },
  {
    name: "editor",
    test: [
      "/node_modules/(@tiptap|prosemirror-[a-z]+|linkifyjs|orderedmap|rope-sequence|w3c-keyname)/",
      "/src/features/tickets/editor/(FormatBar|LinkField|MentionList|QuoteMenu|RichText|commands|content|extensions|field|icons|insertion|mailHtml|paste|texts)\\.|/src/locales/en/editorTexts",
    ],
  },
  {
    name: "dialogs",
    test: ["/src/app/shell/|/src/features/(search|session|tickets)/", "/src/ui/Form"],
  },
  { name: "settings", test: ["/src/features/|/src/app/settings/"] },
].map(({ name, test }, index, all) => ({
  name,
  test: new RegExp(test.join("|")),
  priority: all.length - index,
}));

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // light-dark() must reach the browser as written: the theme switch rests on it.
    target: ["chrome123", "edge123", "firefox121", "safari17.5"],
    // A strict script-src forbids data: modules and inline preload helpers.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: { groups },
      },
    },
  },
  server: {
    port: Number(process.env.ATUM_WEB_PORT ?? 5173),
    proxy: {
      "/api": { target: `http://127.0.0.1:${apiPort}` },
      "/ws": { target: `ws://127.0.0.1:${livePort}`, ws: true },
    },
  },
});
