import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { FilePlaces, placeReferences, placeRequires } from "./place_files.ts";
import { ROOT } from "./root.ts";

/** What a bundle is made of. */
export interface BundleOptions {
  /** Files that are started or imported from outside, from the root. */
  entries: readonly string[];
  /** Folder of the package's JavaScript. */
  outDir: string;
  /** Packages that are installed beside it, and not bundled. */
  external?: readonly string[];
  /** Oldest Node that runs it. */
  target: string;
}

/** A bundle that was written. */
export interface Bundle {
  /** Name in the package of each entry. */
  names: ReadonlyMap<string, string>;
  /** Folders below node_modules of the packages that are in it. */
  packages: readonly string[];
}

/** Loaded where they are installed by who wants them: their absence is caught. */
const OPTIONAL = [
  "@aws-sdk/credential-providers",
  "@mongodb-js/zstd",
  "aws4",
  "gcp-metadata",
  "kerberos",
  "mongodb-client-encryption",
  "pino-pretty",
  "snappy",
  "socks",
];

/** Folders with `.proto` files that libraries read beside their code, by library. */
const PROTOS = { "@grpc/reflection": "build/proto/grpc", "grpc-health-check": "proto" };

/** CommonJS that is bundled calls `require` for Node's own modules, and wants to know where it is. */
const BANNER = `import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url), __packageDir = import.meta.dirname;`;

/** Bundles source files and what they use; what they start, import or read by path comes along. */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const { entries, outDir } = options;
  const places = new FilePlaces();
  const names = new Map(entries.map((entry) => [entry, places.add(entry)]));
  let built = await buildOnce(places, options);
  // What is bundled may start further files: these are entries then.
  for (let known = 0; known < places.entries.size; ) {
    known = places.entries.size;
    await writePlain(places, outDir);
    built = await buildOnce(places, options);
  }
  for (const { path, contents } of built.outputFiles) await writeFile(path, contents);
  for (const asset of places.assets) await copyAsset(asset, outDir);
  const packages = packagesOf(Object.keys(built.metafile.inputs));
  for (const [name, folder] of Object.entries(PROTOS)) {
    const path = `node_modules/${name}`;
    if (!packages.includes(path)) continue;
    const to = join(outDir, vendored(join(path, folder)));
    await cp(join(ROOT, path, folder), to, { recursive: true });
  }
  return { names, packages };
}

function buildOnce(places: FilePlaces, { outDir, external = [], target }: BundleOptions) {
  return build({
    entryPoints: Object.fromEntries(places.entries),
    outdir: outDir,
    chunkNames: "chunk-[hash]",
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target,
    external: [...OPTIONAL, ...external],
    banner: { js: BANNER },
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "error",
    plugins: [ownFiles(places), foreignFiles()],
  });
}

/** The same for CommonJS, which has `require` and knows its folder. */
const COMMONJS_BANNER = `const __packageDir = __dirname;
const __url = require("node:url").pathToFileURL(__filename).href;`;

/**
 * Bundles entries once more, each alone, for `require()`: servers and test runners load CommonJS. What they start is that of the
 * bundle, whose names of the same files are `names`.
 */
export async function bundleCommonJs(
  { entries, outDir, external = [], target }: BundleOptions,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  for (const entry of entries) {
    const name = names.get(entry) ?? "";
    await build({
      entryPoints: [join(ROOT, entry)],
      outfile: join(outDir, name.replace(/\.js$/, ".cjs")),
      bundle: true,
      format: "cjs",
      platform: "node",
      target,
      external: [...OPTIONAL, ...external],
      define: { "import.meta.url": "__url", "import.meta.dirname": "__packageDir" },
      banner: { js: COMMONJS_BANNER },
      legalComments: "none",
      logLevel: "error",
      plugins: [ownFiles(new FilePlaces()), foreignFiles()],
    });
  }
}

/** CommonJS files may start others, too. */
async function writePlain(places: FilePlaces, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  for (const path of places.plain) {
    const text = placeRequires(path, await readFile(path, "utf8"), places);
    await writeFile(join(outDir, places.place(path, path)), text);
  }
}

function ownFiles(places: FilePlaces): Plugin {
  return {
    name: "own files",
    setup({ onLoad, onResolve }) {
      // A package has the page already, and not what makes it.
      onResolve({ filter: /\/page_bundle\.ts$/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /\/(?:apps|libs)\/.*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        return { contents: placeReferences(path, text, places), loader: "ts" };
      });
    },
  };
}

function foreignFiles(): Plugin {
  return {
    name: "foreign files",
    setup({ onLoad }) {
      onLoad({ filter: /\/node_modules\/.*\.c?js$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!/\b__dirname\b/.test(text) || /const __dirname\b/.test(text)) return undefined;
        const folder = JSON.stringify(vendored(relative(ROOT, dirname(path))));
        const place = `require("node:path").join(__packageDir, ${folder})`;
        return { contents: `const __dirname = ${place};\n${text}`, loader: "js" };
      });
    },
  };
}

/** Where files of a library are in a package; npm leaves out every folder of the name node_modules. */
function vendored(path: string): string {
  return path.replaceAll("node_modules", "vendor");
}

async function copyAsset(asset: string, outDir: string): Promise<void> {
  const to = join(outDir, asset);
  await mkdir(dirname(to), { recursive: true });
  if (asset.endsWith("/package.json")) {
    const { name, version } = JSON.parse(await readFile(join(ROOT, asset), "utf8"));
    await writeFile(to, `${JSON.stringify({ name, version, type: "module" })}\n`);
    return;
  }
  // Made by whoever packs: asked for, but not there.
  await cp(join(ROOT, asset), to, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

function packagesOf(inputs: readonly string[]): string[] {
  const found = inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  return [...new Set(found.filter((path) => path !== undefined))].sort();
}
