import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const apiPort = process.env.ATUM_API_PORT ?? "8000";
const livePort = process.env.ATUM_LIVE_PORT ?? "8001";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // light-dark() must reach the browser as written: the theme switch rests on it.
    target: ["chrome123", "edge123", "firefox121", "safari17.5"],
    // A strict script-src forbids data: modules and inline preload helpers.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: Number(process.env.ATUM_WEB_PORT ?? 5173),
    proxy: {
      "/api": { target: `http://127.0.0.1:${apiPort}` },
      "/ws": { target: `ws://127.0.0.1:${livePort}`, ws: true },
    },
  },
});
