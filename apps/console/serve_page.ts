import { HttpProblem } from "./api/http_problem.ts";
import type { ConsoleMiddleware } from "./console_context.ts";
import type { Page, PageFile } from "./page.ts";

/** Serves the page: its files, and on every other path the document, which finds out by the path what to show. */
export function servePage(page: () => Promise<Page>): ConsoleMiddleware {
  return async function servePageFile(ctx) {
    if (ctx.method !== "GET" && ctx.method !== "HEAD") {
      throw new HttpProblem(405, "method_not_allowed", "This path takes GET.", {
        headers: { allow: "GET, HEAD" },
      });
    }
    const { document, files } = await page();
    const asset = ctx.path.startsWith("/assets/");
    const file: PageFile | undefined = asset ? files.get(ctx.path) : document;
    if (!file) throw new HttpProblem(404, "not_found", "The page has no such file.");
    const gzip = ctx.acceptsEncodings("gzip", "identity") === "gzip";
    if (asset) ctx.set("cache-control", "public, max-age=31536000, immutable");
    if (gzip) ctx.set("content-encoding", "gzip");
    ctx.vary("accept-encoding");
    ctx.type = file.type;
    ctx.body = gzip ? file.gzipped : file.body;
  };
}
