import { gzipSync } from "node:zlib";

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

const SOURCE = new URL("./page/main.tsx", import.meta.url).pathname;

/** Bundles the page in memory. esbuild is loaded only here: nobody who starts the console waits for it. */
export async function bundlePage(): Promise<Page> {
  const { build, stop } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      entryPoints: { console: SOURCE },
      outdir: "/assets",
      entryNames: "[name]-[hash]",
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      target: ["es2022", "chrome123", "firefox121", "safari17.5"],
      jsx: "automatic",
      jsxImportSource: "preact",
      loader: { ".svg": "text" },
      logLevel: "silent",
    });
    const files = new Map(
      outputFiles.map(({ path, contents }) => {
        const type = path.endsWith(".css") ? "text/css" : "text/javascript";
        return [path, file(`${type}; charset=utf-8`, Buffer.from(contents))];
      }),
    );
    return { document: file("text/html; charset=utf-8", documentOf([...files.keys()])), files };
  } finally {
    // Its process would stay, with 20 MB, for a page that is built once.
    await stop();
  }
}

/** Makes the page once, when it is first wanted; again only after a failure. */
export function lazyPage(bundle: () => Promise<Page> = bundlePage): () => Promise<Page> {
  let made: Promise<Page> | null = null;
  return () => {
    made ??= bundle().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}

function file(type: string, body: Buffer): PageFile {
  return { type, body, gzipped: gzipSync(body) };
}

function documentOf(paths: readonly string[]): Buffer {
  const styles = paths.filter((path) => path.endsWith(".css"));
  const scripts = paths.filter((path) => path.endsWith(".js"));
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hookgate</title>
<link rel="icon" href="data:,">
${styles.map((path) => `<link rel="stylesheet" href="${path}">`).join("\n")}
${scripts.map((path) => `<script type="module" src="${path}"></script>`).join("\n")}
</head>
<body><noscript>The console needs JavaScript; the HTTP API below /api/v1 and npx hookgate do not.</noscript></body>
</html>
`);
}
