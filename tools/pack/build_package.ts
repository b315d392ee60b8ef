import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const ROOT = resolve(import.meta.dirname, "../..");

/** Packages that the package depends on; all of ours are bundled. */
const EXTERNAL = ["@grpc/grpc-js", "@grpc/proto-loader"];

/** Our packages whose types the client's types name. */
const TYPED = ["client", "types"];

/** A declaration that names a package of ours which is not there. */
const BUNDLED_TYPES = /from "@hookgate\/(?!client")/;

/**
 * Builds the client's package into `dist`, `protos` and `LICENSE` below its directory: JavaScript for Node 20.11 and later, and
 * declarations that name nothing of ours but what is in there.
 */
export async function buildPackage(directory: string): Promise<void> {
  const dist = join(directory, "dist");
  await rm(dist, { recursive: true, force: true });
  await build({
    entryPoints: [join(directory, "mod.ts")],
    // As deep as the sources are: the protos are three directories up.
    outfile: join(dist, "client/bundle/mod.js"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.11",
    external: EXTERNAL,
    logLevel: "error",
  });
  await emitTypes(dist);
  await rm(join(directory, "protos"), { recursive: true, force: true });
  await cp(join(ROOT, "protos"), join(directory, "protos"), { recursive: true });
  await cp(join(ROOT, "LICENSE"), join(directory, "LICENSE"));
}

async function emitTypes(dist: string): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), "hookgate-types-"));
  try {
    for (const name of TYPED) await emitTypesOf(name, emitted);
    for (const name of TYPED) await copyTypes(join(emitted, name), join(dist, name));
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

async function emitTypesOf(name: string, outDir: string): Promise<void> {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  const places = ["--rootDir", join(ROOT, "libs"), "--outDir", outDir];
  await promisify(execFile)(tsc, ["-p", join(ROOT, "libs", name), ...options, ...places]);
}

async function copyTypes(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from)) {
    if (!file.endsWith(".d.ts") || file.endsWith("_test.d.ts")) continue;
    const text = await readFile(join(from, file), "utf8");
    const named = text
      .replaceAll(/"(\.\/[^"]+)\.ts"/g, '"$1.js"')
      .replaceAll('"@hookgate/types"', `"${relative(to, join(to, "../types/mod.js"))}"`);
    // What only the implementation uses names packages that are bundled: nobody outside sees it.
    if (!BUNDLED_TYPES.test(named)) await writeFile(join(to, file), named);
  }
}
