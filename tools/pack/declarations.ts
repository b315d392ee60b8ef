import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./root.ts";

/** The specifiers of imports and exports in a declaration. */
const SPECIFIER = /(from |import\()"([^"]+)"/g;

/**
 * Writes the declarations of these source files below `outDir`, at the paths that they have from the root, with those that they
 * refer to. They import nothing of ours by name.
 */
export async function writeDeclarations(entries: readonly string[], outDir: string): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), "hookgate-types-"));
  try {
    const done = new Set<string>();
    for (const entry of entries)
      await copyDeclaration(declarationOf(entry), { emitted, outDir, done });
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

async function emit(project: string, outDir: string): Promise<void> {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  const places = ["--rootDir", ROOT, "--outDir", outDir];
  await promisify(execFile)(tsc, ["-p", join(ROOT, project), ...options, ...places]);
}

interface CopyOptions {
  emitted: string;
  outDir: string;
  /** Those that were copied, by their path. */
  done: Set<string>;
}

async function copyDeclaration(path: string, options: CopyOptions): Promise<void> {
  const { emitted, outDir, done } = options;
  if (done.has(path)) return;
  done.add(path);
  // Each project emits its own only.
  const [project = ""] = /^(?:apps|libs)\/[^/]+/.exec(path) ?? [];
  if (!existsSync(join(emitted, path))) await emit(project, emitted);
  const text = await readFile(join(emitted, path), "utf8");
  const next: string[] = [];
  const placed = text.replaceAll(SPECIFIER, (whole, before, specifier) => {
    const source = sourceOf(path, specifier);
    if (source === null) return whole;
    next.push(declarationOf(source));
    const seen = relative(dirname(path), source).replace(/\.ts$/, ".js");
    return `${before}"${seen.startsWith(".") ? seen : `./${seen}`}"`;
  });
  const to = join(outDir, path);
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, placed);
  for (const each of next) await copyDeclaration(each, options);
}

/** The source file, from the root, that a declaration imports; null if it is not ours. */
function sourceOf(path: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return join(dirname(path), specifier);
  const [, name] = /^@hookgate\/(\w+)$/.exec(specifier) ?? [];
  if (name === undefined) return null;
  const source = `libs/${name}/mod.ts`;
  if (!existsSync(resolve(ROOT, source))) throw new Error(`Cannot pack ${path}: no ${source}`);
  return source;
}

function declarationOf(source: string): string {
  return source.replace(/\.ts$/, ".d.ts");
}
