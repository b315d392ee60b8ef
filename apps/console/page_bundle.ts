import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

/** The page: its document and its files. */
export interface PageContent {
  document: string;
  /** By path. */
  files: ReadonlyMap<string, Uint8Array>;
}

const SOURCE = fileURLToPath(new URL("./page/main.tsx", import.meta.url));

/** Bundles the page in memory. */
export async function bundlePage(): Promise<PageContent> {
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
    const files = new Map(outputFiles.map(({ path, contents }) => [path, contents] as const));
    return { document: documentOf([...files.keys()]), files };
  } finally {
    // Its process would stay, with 20 MB, for a page that is built once.
    await stop();
  }
}

function documentOf(paths: readonly string[]): string {
  const styles = paths.filter((path) => path.endsWith(".css"));
  const scripts = paths.filter((path) => path.endsWith(".js"));
  return `<!doctype html>
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
`;
}
