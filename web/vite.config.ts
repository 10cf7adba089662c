import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./scripts/compressed.ts";
import { loadedWith, packagesOf, readSourceGraph } from "./scripts/sourceGraph.ts";

const WEB = fileURLToPath(new URL(".", import.meta.url));

const apiPort = process.env.ATUM_API_PORT ?? "8000";
const livePort = process.env.ATUM_LIVE_PORT ?? "8001";

const graph = readSourceGraph();
const main = loadedWith(graph, "src/main.tsx");
const portal = loadedWith(graph, "src/app/startPortal.tsx");
const request = loadedWith(graph, "src/features/portal/RequestScreen.tsx");
const ticket = loadedWith(graph, "src/features/tickets/TicketPage.tsx");
const desk = loadedWith(
  graph,
  "src/app/startDesk.tsx",
  "src/app/shell/DeskShell.tsx",
  "src/features/tickets/TicketsScreen.tsx",
);
/** The desk with all that it loads later. */
const wholeDesk = loadedWith(
  graph,
  ...desk,
  ...[...graph.keys()].filter((file) => /^src\/features\/(?!portal\/)/.test(file)),
);
/** Packages that both applications import; of Mantine the portal has single hooks only. */
const sharedPackages = packagesOf(...portal, ...request).filter(
  (name) => packagesOf(...wholeDesk).includes(name) && !name.startsWith("@mantine/"),
);
const ofPackages = (file: string) =>
  sharedPackages.some((name) => file.startsWith(`node_modules/${name}/`));
const inBoth = (one: Set<string>, other: Set<string>) => (file: string) =>
  one.has(file) && other.has(file);

/**
 * Few files, each for what is shown together: a request costs more than the kilobytes that finer
 * splitting saves. Each takes what it imports unless an earlier one has it. What a first load may
 * weigh is tested in api/tests/e2e/test_wire.py.
 */
const groups = [
  // The fonts and component styles of the desk, which the portal does without.
  { name: "fonts", has: (file: string) => /@fontsource|app\/fonts\.css/.test(file) },
  // What the portal's first page and any part of the desk both stand on.
  {
    name: "main",
    has: (file: string) =>
      main.has(file) ||
      inBoth(portal, wholeDesk)(file) ||
      ofPackages(file) ||
      /hooks\/esm\/use-document-title\//.test(file),
  },
  { name: "portal", has: (file: string) => portal.has(file) },
  // What a request of the portal and the desk's messages both stand on.
  {
    name: "messages",
    has: (file: string) =>
      inBoth(request, ticket)(file) || /hooks\/esm\/use-(network|window-event)\//.test(file),
  },
  { name: "request", has: (file: string) => file.startsWith("src/features/portal/") },
  { name: "desk", has: (file: string) => desk.has(file) },
  { name: "ticket", has: (file: string) => ticket.has(file) },
  {
    name: "dialogs",
    has: (file: string) => /^src\/(app\/shell|features\/(session|tickets))\//.test(file),
  },
  { name: "settings", has: (file: string) => /^src\/(features|app\/settings)\//.test(file) },
].map(({ name, has }, index, all) => ({
  name,
  test: (id: string) => has(relative(WEB, id.split("?")[0] ?? "")),
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
