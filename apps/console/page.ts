import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { PageContent } from "./page_bundle.ts";

/** A file of the page. */
export interface PageFile {
  type: string;
  body: Buffer;
  /** The same, compressed once. */
  gzipped: Buffer;
}

/** The page: one document for every path, and the files that it loads. */
export interface Page {
  document: PageFile;
  /** By path; each path names its content, so it can be kept for ever. */
  files: ReadonlyMap<string, PageFile>;
}

/** Where a package has the page; a clone bundles it when it is first wanted. */
const BUILT = new URL("./built_page/", import.meta.url);

/** The page as it is served. */
export function makePage({ document, files }: PageContent): Page {
  return {
    document: file("text/html; charset=utf-8", Buffer.from(document)),
    files: new Map(
      [...files].map(([path, content]) => {
        const type = path.endsWith(".css") ? "text/css" : "text/javascript";
        return [path, file(`${type}; charset=utf-8`, Buffer.from(content))];
      }),
    ),
  };
}

function file(type: string, body: Buffer): PageFile {
  return { type, body, gzipped: gzipSync(body) };
}

async function loadPage(): Promise<Page> {
  if (existsSync(BUILT)) return makePage(readBuiltPage());
  // esbuild is loaded only here: nobody who starts the console waits for it.
  const { bundlePage } = await import("./page_bundle.ts");
  return makePage(await bundlePage());
}

function readBuiltPage(): PageContent {
  const assets = new URL("assets/", BUILT);
  const files = readdirSync(assets).map((name) => {
    return [`/assets/${name}`, readFileSync(new URL(name, assets))] as const;
  });
  return { document: readFileSync(new URL("index.html", BUILT), "utf8"), files: new Map(files) };
}

/** Makes the page once, when it is first wanted; again only after a failure. */
export function lazyPage(load: () => Promise<Page> = loadPage): () => Promise<Page> {
  let made: Promise<Page> | null = null;
  return () => {
    made ??= load().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
