import { Readable } from "node:stream";
import { defineConfig, mergeConfig, type Plugin } from "vite";
import base from "../vite.config";

/** Serves the invented company instead of a server, to look at the screens; never shipped. */
function fakeApi(): Plugin {
  return {
    name: "fake-api",
    async configureServer(server) {
      const { createFakeApi } = (await server.ssrLoadModule(
        "/tests/fake/server.ts",
      )) as typeof import("./fake/server");
      const api = createFakeApi({ tickets: 150 });
      server.middlewares.use(async (incoming, outgoing, next) => {
        if (!incoming.url?.startsWith("/api/")) return next();
        const withBody = incoming.method !== "GET" && incoming.method !== "HEAD";
        const response = await api.handle(
          new Request(`http://fake${incoming.url}`, {
            method: incoming.method,
            body: withBody ? (Readable.toWeb(incoming) as ReadableStream) : undefined,
            duplex: "half",
          } as RequestInit),
        );
        outgoing.statusCode = response.status;
        response.headers.forEach((value, name) => {
          outgoing.setHeader(name, value);
        });
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      });
    },
  };
}

export default mergeConfig(
  base,
  defineConfig({ plugins: [fakeApi()], server: { port: 5199, strictPort: true, proxy: {} } }),
);
