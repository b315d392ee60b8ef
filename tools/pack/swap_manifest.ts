import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What of the manifest only the workspace needs. */
const WORKSPACE_KEYS = ["dependencies", "devDependencies", "nx", "scripts", "private"];

/** Puts the manifest of what is packed in the place of the workspace's, which {@linkcode restoreManifest} puts back. */
export async function swapManifest(directory: string): Promise<void> {
  const { manifest, kept } = paths(directory);
  // Left by a run that was broken off: that one is the workspace's.
  const text = await readFile(kept, "utf8").catch(() => readFile(manifest, "utf8"));
  await writeFile(kept, text);
  const own = JSON.parse(text) as Record<string, unknown>;
  const rpc = JSON.parse(await readFile(join(directory, "../rpc/package.json"), "utf8"));
  const dependencies = Object.fromEntries(
    ["@grpc/grpc-js", "@grpc/proto-loader"].map((name) => [name, rpc.dependencies[name]]),
  );
  const packed = {
    ...Object.fromEntries(Object.entries(own).filter(([key]) => !WORKSPACE_KEYS.includes(key))),
    exports: { ".": { types: "./dist/client/mod.d.ts", default: "./dist/client/bundle/mod.js" } },
    dependencies,
  };
  await writeFile(manifest, `${JSON.stringify(packed, null, 2)}\n`);
}

/** Puts the workspace's manifest back. */
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
