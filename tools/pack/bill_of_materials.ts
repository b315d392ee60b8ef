import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./root.ts";

/** What a package contains, or installs. */
export interface Materials {
  name: string;
  version: string;
  /** Folders of the packages that are bundled into it, from the root. */
  bundled: readonly string[];
  /** Those that it installs, with the versions of the lockfile. */
  installed: readonly string[];
}

/** A package as the lockfile has it. */
interface Locked {
  version: string;
  license?: string;
  integrity?: string;
  /** If it stands under another name. */
  name?: string;
}

/** Writes `sbom.cdx.json`: `npm sbom` of what the lockfile says about what is in the package. */
export async function writeBillOfMaterials(materials: Materials, directory: string): Promise<void> {
  const { name, version, bundled, installed } = materials;
  const temporary = await mkdtemp(join(tmpdir(), "hookgate-sbom-"));
  // npm takes the folder's name for that of the package.
  const folder = join(temporary, name);
  try {
    await mkdir(folder, { recursive: true });
    const { packages } = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
    const paths = [...bundled, ...installed.map((each) => `node_modules/${each}`)];
    const rows = listLocked(paths, packages);
    const dependencies = Object.fromEntries(
      [...rows].map(([key, row]) => {
        const { name: own, version } = row;
        return [key, own === undefined ? version : `npm:${own}@${version}`];
      }),
    );
    const manifest = { name, version, license: "MIT", dependencies };
    const listed = Object.fromEntries([...rows].map(([key, row]) => [`node_modules/${key}`, row]));
    const lock = { name, version, lockfileVersion: 3, packages: { "": manifest, ...listed } };
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
    const args = ["sbom", "--package-lock-only", "--sbom-format=cyclonedx"];
    const { stdout } = await promisify(execFile)("npm", args, {
      cwd: folder,
      maxBuffer: 64 * 1024 ** 2,
    });
    await writeFile(join(directory, "sbom.cdx.json"), stdout);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Rows of the lockfile as if each package stood at the top; a further version of one stands there under another name. */
function listLocked(
  paths: readonly string[],
  packages: Record<string, Locked>,
): ReadonlyMap<string, Locked> {
  const rows = new Map<string, Locked>();
  for (const path of paths) {
    const row = packages[path];
    if (row === undefined) throw new Error(`Cannot pack: package-lock.json has no ${path}`);
    const name = nameOf(path);
    const first = rows.get(name);
    if (first === undefined) rows.set(name, withoutEdges(row));
    else if (first.version !== row.version) {
      rows.set(`${name}-${row.version}`, { ...withoutEdges(row), name });
    }
  }
  return rows;
}

/** Only what is listed is in the package: what it would have installed does not matter. */
function withoutEdges({ version, license, integrity }: Locked): Locked {
  return { version, ...(license && { license }), ...(integrity && { integrity }) };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** The licences of what is bundled, one after the other. */
export async function thirdPartyLicences(bundled: readonly string[]): Promise<string> {
  const parts = await Promise.all(bundled.map(licenceOf));
  return `${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

async function licenceOf(path: string): Promise<string> {
  const directory = join(ROOT, path);
  const { name, version, license } = JSON.parse(
    await readFile(join(directory, "package.json"), "utf8"),
  );
  if (typeof license !== "string") throw new Error(`Cannot pack: ${name} names no licence`);
  const files = (await readdir(directory)).filter((file) => /^(?:licen[cs]e|notice)\b/i.test(file));
  const texts = await Promise.all(
    files.sort().map((file) => readFile(join(directory, file), "utf8")),
  );
  return [`${name} ${version}, ${license}`, ...texts.map((text) => text.trim())].join("\n\n");
}
