import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { loadConfig, readEnv } from "@hookgate/config";
import { PROVIDERS } from "@hookgate/providers";
import { makeSecret } from "@hookgate/signature";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findChromium } from "../console/find_chromium.ts";
import { openBrowser } from "../console/open_browser.ts";
import { runProgram } from "../processes/child_program.ts";
import { moveLinks } from "./move_links.ts";
import { PAGES } from "./pages.ts";
import { providerPages } from "./provider_pages.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

const chromium = findChromium(process.env);

let folder = "";
let site = "";
beforeAll(async () => {
  // In the tree: a page's code imports packages.
  folder = await mkdtemp(join(ROOT, ".site-"));
  site = await runProgram<string>(join(import.meta.dirname, "build_program.ts"), folder);
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("every document is on the site", () => {
  const documents = [
    ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
    ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ].filter((path) => path.endsWith(".md"));
  expect(PAGES.map(({ document }) => document)).toEqual(expect.arrayContaining(documents));
  const built = readdirSync(site);
  expect(PAGES.filter(({ page }) => !built.includes(`${page}.html`))).toEqual([]);
});

test("every provider has a page", () => {
  const pages = providerPages();
  expect(pages.map(({ page }) => page).sort()).toEqual(
    Object.keys(PROVIDERS)
      .map((id) => `verify/${id}`)
      .sort(),
  );
  for (const { page, text } of pages) {
    expect([page, /undefined|\[object/.test(text)]).toEqual([page, false]);
  }
  const stripe = pages.find(({ page }) => page === "verify/stripe")?.text;
  expect(stripe).toContain("the header `stripe-signature`");
  expect(readdirSync(join(site, "verify"))).toContain("stripe.html");
});

test("the source that each page shows is one that a gateway starts with", async () => {
  const sources = providerPages().map(({ page, text }) => {
    const id = page.split("/")[1] ?? "";
    const shown = /```ts\nsources: \{\n([\s\S]*?)\n\},\n```/.exec(text)?.[1] ?? "";
    const recipe = PROVIDERS[id]?.recipe;
    const secret = recipe ? makeSecret(recipe, { now: Date.now() }).secret : "";
    return shown
      .replace(/process\.env\.\w+/, JSON.stringify(secret))
      .replace('topicArns: "…"', 'topicArns: "arn:aws:sns:eu-west-1:123456789012:orders"');
  });
  const config = join(folder, "hookgate.config.mjs");
  await writeFile(config, `export default { sources: {\n${sources.join("\n")}\n} };\n`);
  const loaded = await loadConfig({ env: readEnv({ HOOKGATE_CONFIG: config }) });
  expect(loaded.sources).toHaveLength(sources.length);
}, 60_000);

test("no page asks another host for anything", () => {
  const asked = readdirSync(site, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .flatMap((name) => {
      const text = readFileSync(join(site, name), "utf8");
      return [
        ...text.matchAll(/<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(https?:[^"]*)"/g),
      ];
    });
  expect(asked.map((found) => found[1])).toEqual([]);
});

test("moveLinks() leads to pages, leaves code alone, and names what is not on the site", () => {
  const text =
    "![p](images/p.webp) [a](../README.md#x) [b](mongodb.md) [c](../apps/cli/cli.ts) [d](#e) `[f](g.md)` [h](https://i.example) [`j` k](mongodb.md)";
  expect(moveLinks(text, "docs/operations.md")).toBe(
    "![p](/images/p.webp) [a](/#x) [b](/mongodb) c [d](#e) `[f](g.md)` [h](https://i.example) [`j` k](/mongodb)",
  );
  expect(moveLinks("[`j`](mongodb.md)", "docs/operations.md")).toBe("[`j`](/mongodb)");
});

(chromium === null ? test.skip : test)(
  "a reader finds a page by its words, without asking any other host",
  async () => {
    const server = await serve(site);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using browser = await openBrowser(chromium ?? "", url);
    try {
      const page = await browser.open("/getting-started");
      await page.keyboard.press("Control+k");
      await page.getByRole("searchbox").fill("quarantine");
      const first = page.locator(".VPLocalSearchBox .result").first();
      await first.waitFor();
      expect(await page.locator(".VPLocalSearchBox .result").count()).toBeGreaterThan(2);
      await first.click();
      await page.locator("main h1").first().waitFor();
      expect(await page.locator("main").innerText()).toMatch(/quarantine/i);
      expect(browser.faults).toEqual([]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
  60_000,
);

async function serve(root: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const name = path.endsWith("/") ? `${path}index.html` : extname(path) ? path : `${path}.html`;
    try {
      const body = await readFile(join(root, name));
      response.writeHead(200, {
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
