import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const ROOT = resolve(import.meta.dirname, "../..");

/** Dependencies of the package; ours are bundled. */
const EXTERNAL = ["@grpc/grpc-js", "protobufjs"];

/** Our packages with types that the client's types use. */
const TYPED = ["client", "types"];

/** Matches a declaration that imports one of our bundled packages. */
const BUNDLED_TYPES = /from "@hookgate\/(?!client")/;

/**
 * Builds the client's package into `dist`, `protos` and `LICENSE` in its directory: JavaScript for Node 20.11 and later, and
 * declarations that import nothing of ours outside the package.
 */
export async function buildPackage(directory: string): Promise<void> {
  const dist = join(directory, "dist");
  await rm(dist, { recursive: true, force: true });
  await build({
    entryPoints: [join(directory, "mod.ts")],
    // As deep as the sources, because the protos are three directories up.
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
    // Declarations of internals import bundled packages, and nobody outside needs them.
    if (!BUNDLED_TYPES.test(named)) await writeFile(join(to, file), named);
  }
}

/** Keys of the manifest that only the workspace needs. */
const WORKSPACE_KEYS = ["dependencies", "devDependencies", "nx", "scripts", "private"];

/** Replaces the workspace's manifest by the package's until {@linkcode restoreManifest}. */
export async function swapManifest(directory: string): Promise<void> {
  const { manifest, kept } = paths(directory);
  // Left by an interrupted run: that one is the workspace's.
  const text = await readFile(kept, "utf8").catch(() => readFile(manifest, "utf8"));
  await writeFile(kept, text);
  const own = JSON.parse(text) as Record<string, unknown>;
  const rpc = JSON.parse(await readFile(join(directory, "../rpc/package.json"), "utf8"));
  const dependencies = Object.fromEntries(EXTERNAL.map((name) => [name, rpc.dependencies[name]]));
  const packed = {
    ...Object.fromEntries(Object.entries(own).filter(([key]) => !WORKSPACE_KEYS.includes(key))),
    exports: { ".": { types: "./dist/client/mod.d.ts", default: "./dist/client/bundle/mod.js" } },
    dependencies,
  };
  await writeFile(manifest, `${JSON.stringify(packed, null, 2)}\n`);
}

/** Restores the workspace's manifest and removes the built files. */
export async function restoreManifest(directory: string): Promise<void> {
  const { manifest, kept } = paths(directory);
  await rename(kept, manifest);
  for (const built of ["dist", "protos", "LICENSE"]) {
    await rm(join(directory, built), { recursive: true, force: true });
  }
}

function paths(directory: string): { manifest: string; kept: string } {
  return {
    manifest: join(directory, "package.json"),
    kept: join(directory, "package.json.packing"),
  };
}
