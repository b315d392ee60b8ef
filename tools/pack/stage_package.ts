import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundlePage } from "../../apps/console/page_bundle.ts";
import { thirdPartyLicences, writeBillOfMaterials } from "./bill_of_materials.ts";
import { bundle, bundleCommonJs } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import type { PublishedPackage } from "./packages.ts";
import { publishedReadme } from "./published_readme.ts";
import { ROOT } from "./root.ts";

/** A package's manifest, as far as others read it. */
interface Manifest {
  name: string;
  version: string;
}

/** Writes everything that a package consists of into a folder. */
export async function stagePackage(one: PublishedPackage, directory: string): Promise<void> {
  for (const file of ["LICENSE", "CHANGELOG.md"]) await cp(join(ROOT, file), join(directory, file));
  await writeFile(
    join(directory, "README.md"),
    await publishedReadme(one.readme, await filesUrl()),
  );
  if (one.reexports !== undefined) await stageAlias(one, one.reexports, directory);
  else await stageBundle(one, directory);
}

async function stageBundle(one: PublishedPackage, directory: string): Promise<void> {
  const { exports, bin = {}, external = [] } = one;
  const sources = Object.values(exports);
  const outDir = join(directory, "dist");
  const target = `node${/\d[\d.]*/.exec(one.node)?.[0]}`;
  const entries = [...sources, ...Object.values(bin)];
  const { names, packages } = await bundle({ entries, outDir, external, target });
  await bundleCommonJs({ entries: sources, outDir, external, target }, names);
  if (one.bringsNode) await writePage(join(outDir, "apps/console/built_page"));
  await writeTypes(sources, join(directory, "types"));
  await writeFile(join(directory, "THIRD_PARTY_LICENSES"), await thirdPartyLicences(packages));
  const manifest = await writeManifest(one, directory, await exportsOf(one, names));
  await writeBillOfMaterials({ ...manifest, bundled: packages, installed: external }, directory);
}

/** The declarations twice: TypeScript takes those of a module to be no answer to `require()`. */
async function writeTypes(sources: readonly string[], directory: string): Promise<void> {
  const module = join(directory, "module");
  const commonJs = join(directory, "commonjs");
  await writeDeclarations(sources, module);
  await cp(module, commonJs, { recursive: true });
  await writeFile(join(commonJs, "package.json"), '{ "type": "commonjs" }\n');
}

/** A package under another name for a part of one that is installed beside it. */
async function stageAlias(one: PublishedPackage, of: string, directory: string): Promise<void> {
  const outDir = join(directory, "dist");
  await mkdir(outDir);
  await writeFile(join(outDir, "index.js"), `export * from "${of}";\n`);
  await writeFile(join(outDir, "index.d.ts"), `export * from "${of}";\n`);
  await writeFile(join(outDir, "index.cjs"), `module.exports = require("${of}");\n`);
  await writeFile(join(outDir, "index.d.cts"), `export * from "${of}";\n`);
  const manifest = await writeManifest(one, directory, {
    exports: {
      ".": {
        require: { types: "./dist/index.d.cts", default: "./dist/index.cjs" },
        default: { types: "./dist/index.d.ts", default: "./dist/index.js" },
      },
    },
  });
  await writeBillOfMaterials({ ...manifest, bundled: [], installed: [] }, directory);
}

/** What a manifest says about the package's files. */
async function exportsOf(one: PublishedPackage, names: ReadonlyMap<string, string>) {
  const { bin, exports } = one;
  const place = (source: string) => `./dist/${(names.get(source) ?? "").slice(2)}`;
  const rows = Object.entries(exports).map(([key, source]) => {
    const types = source.replace(/\.ts$/, ".d.ts");
    const main = place(source);
    const required = {
      types: `./types/commonjs/${types}`,
      default: main.replace(/\.js$/, ".cjs"),
    };
    return [
      key,
      { require: required, default: { types: `./types/module/${types}`, default: main } },
    ];
  });
  const programs = Object.entries(bin ?? {}).map(([name, source]) => [name, place(source)]);
  return {
    exports: Object.fromEntries(rows) as Record<string, object>,
    ...(bin && { bin: Object.fromEntries(programs) }),
  };
}

async function writeManifest(
  one: PublishedPackage,
  directory: string,
  { exports, bin }: { exports: Record<string, object>; bin?: Record<string, string> },
): Promise<Manifest> {
  const root = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const { external = [], reexports } = one;
  const { version }: Manifest = root;
  const peer = reexports?.split("/")[0];
  const manifest = {
    name: one.name,
    version,
    description: one.description,
    keywords: one.keywords,
    license: "MIT",
    ...repository(),
    type: "module",
    engines: { node: one.node },
    exports: { ...exports, "./package.json": "./package.json" },
    ...(bin && { bin }),
    files: ["dist", "types", "CHANGELOG.md", "THIRD_PARTY_LICENSES", "sbom.cdx.json"],
    ...(external.length > 0 && { dependencies: await versionsOf(external) }),
    ...(peer !== undefined && { peerDependencies: { [peer]: version } }),
    ...(one.bringsNode && { optionalDependencies: root.optionalDependencies }),
    publishConfig: { access: "public" },
  };
  await writeFile(join(directory, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { name: one.name, version };
}

/** Where it is built; null outside of a CI that says so. */
function repositoryUrl(): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return server && name ? `${server}/${name}` : null;
}

/** npm compares this with what the provenance says. */
function repository(): { repository?: { type: string; url: string } } {
  const url = repositoryUrl();
  return url === null ? {} : { repository: { type: "git", url: `git+${url}.git` } };
}

/** Where the files of this version are read, by its tag. */
async function filesUrl(): Promise<string | null> {
  const url = repositoryUrl();
  if (url === null) return null;
  const { version }: Manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  return `${url}/blob/v${version}`;
}

/** The ranges that our own projects ask for. */
async function versionsOf(packages: readonly string[]): Promise<Record<string, string>> {
  const rpc = JSON.parse(await readFile(join(ROOT, "libs/rpc/package.json"), "utf8"));
  return Object.fromEntries(packages.map((name) => [name, rpc.dependencies[name]]));
}

async function writePage(directory: string): Promise<void> {
  const { document, files } = await bundlePage();
  for (const [path, content] of files) {
    const to = join(directory, path);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, content);
  }
  await writeFile(join(directory, "index.html"), document);
}
