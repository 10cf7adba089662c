import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** What is compressed by its own format gains nothing. */
const TEXT = /\.(js|css|html|svg|txt|json)$/;
const LEAST_BYTES = 300;

/**
 * Writes `name.br` and `name.gz` beside each text of the build, so that no server compresses
 * anything while somebody waits. Either is left out where it would not be smaller.
 */
export function compressed(): Plugin {
  return {
    name: "atum-compressed",
    apply: "build",
    async closeBundle() {
      const folder = this.environment.config.build.outDir;
      const names = (await readdir(folder, { recursive: true })).filter((name) => TEXT.test(name));
      await Promise.all(names.map((name) => compress(join(folder, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < LEAST_BYTES) return;
  const options = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  };
  const forms = { br: await toBrotli(content, options), gz: await toGzip(content, { level: 9 }) };
  for (const [ending, form] of Object.entries(forms)) {
    if (form.length < content.length) await writeFile(`${path}.${ending}`, form);
  }
}
