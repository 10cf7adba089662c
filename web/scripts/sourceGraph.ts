import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

export type Import = {
  /** The imported file, as `src/app/App.tsx`. */
  file: string;
  /** Erased when it is compiled, loaded with the importing file, or loaded when it is needed. */
  kind: "type" | "static" | "lazy";
};

/** What each source file imports of the others. */
export type SourceGraph = ReadonlyMap<string, readonly Import[]>;

const WEB = dirname(import.meta.dirname);
const FROM = /(?:^|\n)(?:import|export)\s+(type\s)?[^;"]*?from\s+"([^"]+)"/g;
const BARE = /(?:^|\n)import\s+"([^"]+)"/g;
const LAZY = /\bimport\(\s*"([^"]+)"\s*\)/g;

function resolve(specifier: string, from: string): string | null {
  const isOwn = specifier.startsWith("@/") || specifier.startsWith(".");
  if (!isOwn) return null;
  const path = specifier.startsWith("@/")
    ? `src/${specifier.slice(2)}`
    : normalize(join(dirname(from), specifier));
  const found = ["", ".ts", ".tsx", "/index.ts"].find((end) => isSource(path + end));
  return found === undefined ? null : path + found;
}

const isSource = (path: string) => /\.\w+$/.test(path) && existsSync(join(WEB, path));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(WEB, file), "utf8");
  const found: [string, Import["kind"]][] = [
    ...[...text.matchAll(FROM)].map(([, type, specifier]): [string, Import["kind"]] => [
      specifier as string,
      type ? "type" : "static",
    ]),
    ...[...text.matchAll(BARE)].map(([, it]): [string, Import["kind"]] => [it as string, "static"]),
    ...[...text.matchAll(LAZY)].map(([, it]): [string, Import["kind"]] => [it as string, "lazy"]),
  ];
  return found.flatMap(([specifier, kind]) => {
    const resolved = resolve(specifier, file);
    return resolved ? [{ file: resolved, kind }] : [];
  });
}

/** Reads the imports of every TypeScript file under `src`. */
export function readSourceGraph(): SourceGraph {
  const files = readdirSync(join(WEB, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(WEB, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return new Map(files.map((file) => [file, importsOf(file)]));
}
