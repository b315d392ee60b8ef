import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { ROOT } from "./root.ts";

/**
 * Where the source's files are in a package. Its JavaScript lies flat in one folder, entries and shared chunks alike, so that a
 * reference by file path reads the same wherever esbuild puts the code that holds it.
 */
export class FilePlaces {
  /** Files that are started, or imported from outside, by their name in the package without extension. */
  readonly entries = new Map<string, string>();
  /** CommonJS that has to work on any Node: copied, not bundled. */
  readonly plain = new Set<string>();
  /** Files and folders that are only read, by their path from the root. */
  readonly assets = new Set<string>();

  /** The name in the package of what `from` refers to by this relative path. */
  place(from: string, reference: string): string {
    const target = resolve(dirname(from), reference);
    // main.ts is a link to main.cjs.
    const path = existsSync(target) ? realpathSync(target) : target;
    const seen = relative(realpathSync(ROOT), path);
    if (extname(path) === ".cjs") {
      this.plain.add(path);
      return `./${flat(seen)}.cjs`;
    }
    if (extname(path) === ".ts") {
      this.entries.set(flat(seen), path);
      return `./${flat(seen)}.js`;
    }
    this.assets.add(seen);
    return `./${seen}${reference.endsWith("/") ? "/" : ""}`;
  }

  /** Adds a file that is imported from outside; returns its name in the package. */
  add(path: string): string {
    return this.place(join(ROOT, "any"), `./${path}`);
  }
}

function flat(path: string): string {
  return path.slice(0, -extname(path).length).replaceAll("/", "-");
}

/** `new URL("./x.ts", import.meta.url)`, also with a query. */
const URL_REFERENCE =
  /(new URL\(\s*)(["`])(\.{1,2}\/[^"`?$]*)((?:\?[^"`]*)?)\2(,\s*import\.meta\.url)/g;

/** `join(import.meta.dirname, "../x")`. */
const PATH_REFERENCE = /((?:join|resolve)\(import\.meta\.dirname,\s*)"([^"]+)"/g;

/** A `require` that is only made so that files are loaded late. */
const OWN_REQUIRE = /^const require = createRequire\(import\.meta\.url\);$/m;

/** `` require(`./providers/${id}.ts`) `` */
const REQUIRE_ONE_OF = /require\(`(\.\/[^`$]+\/)\$\{(\w+)\}\.ts`\)/g;

/** Files that want to know where they themselves are, which is right in a package, too. */
const KNOW_THEMSELVES = /describe_error\.ts$|end_with_parent\.ts$/;

/**
 * The text of a source file for a package: what it refers to by path is named as it is there.
 *
 * @throws {Error} if it uses its own place in a way that would not work there.
 */
export function placeReferences(path: string, text: string, places: FilePlaces): string {
  const placed = text
    .replaceAll(URL_REFERENCE, (_, before, quote, reference, query, after) => {
      return `${before}${quote}${places.place(path, reference)}${query}${quote}${after}`;
    })
    .replaceAll(PATH_REFERENCE, (_, before, reference) => {
      return `${before}"${places.place(path, reference)}"`;
    })
    .replace(OWN_REQUIRE, "")
    .replaceAll(REQUIRE_ONE_OF, (_, folder, name) => requireOneOf(path, folder, name))
    // Only the folder of all libraries is wanted: that of the package.
    .replaceAll('import.meta.resolve("@hookgate/types")', "import.meta.url");
  const rest = placed.replaceAll(URL_REFERENCE, "").replaceAll(PATH_REFERENCE, "");
  if (/import\.meta\b/.test(rest) && !KNOW_THEMSELVES.test(path)) {
    throw new Error(`Cannot pack ${path}: it uses import.meta in a way that is not known here`);
  }
  return placed;
}

/** A table of all files that are meant, each loaded when it is asked for. */
function requireOneOf(path: string, folder: string, name: string): string {
  const files = readdirSync(join(dirname(path), folder)).filter(
    (file) => file.endsWith(".ts") && !file.endsWith("_test.ts"),
  );
  const rows = files.map((file) => `"${file.slice(0, -3)}": () => require("${folder}${file}")`);
  return `({ ${rows.join(", ")} } as Record<string, () => any>)[${name}]!()`;
}

/** The same for CommonJS that is copied. */
export function placeRequires(path: string, text: string, places: FilePlaces): string {
  return text.replaceAll(/\b(require|import)\("(\.[^"]+)"\)/g, (_, word, reference) => {
    return `${word}("${places.place(path, reference)}")`;
  });
}
