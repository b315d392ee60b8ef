import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import type { Page } from "playwright-core";
import { chromium, openExample } from "./example_console.ts";

const FOLDER = new URL("../../docs/images/", import.meta.url).pathname;

/** Small enough for a repository: text stays sharp. */
const QUALITY = 70;

/** Size of a picture, in pixels. */
const WIDTH = 1_200;
const HEIGHT = 640;

/** What the documents show: a file's name, a page, and what to wait for there. */
const PICTURES: readonly (readonly [string, string, string])[] = [
  ["overview", "/", ".chart canvas"],
  ["events", "/events", "table.events tbody tr"],
  ["quarantine", "/quarantine", "section.card"],
];

/** Takes the documents' pictures of a console on real data: `npm run screenshots`. */
async function main(): Promise<void> {
  if (chromium === null) throw new Error("Cannot take pictures: there is no Chromium here");
  await using example = await openExample(chromium);
  const { served, browser } = example;
  const kept = () => served.read<{ requests: unknown[] }>("/api/v1/list-quarantine");
  await waitFor(async () => (await kept()).requests.length > 0, {
    what: "a refused request",
    timeoutMs: 30_000,
  });
  await mkdir(FOLDER, { recursive: true });
  for (const [name, path, shown] of PICTURES) {
    const page = await browser.open(path, { width: WIDTH });
    // Below that are names of temporary files.
    await page.setViewportSize({ width: WIDTH, height: HEIGHT });
    await page.locator(shown).first().waitFor();
    const bytes = await pictureOf(page);
    await writeFile(join(FOLDER, `${name}.webp`), bytes);
    process.stdout.write(`docs/images/${name}.webp: ${bytes.length} bytes\n`);
    await page.context().close();
  }
  if (browser.faults.length > 0) throw new Error(browser.faults.join("\n"));
}

/** Chromium's own encoder: no package is needed for it. */
async function pictureOf(page: Page): Promise<Buffer> {
  // What is drawn in steps has ended once two pictures are the same.
  let last = "";
  await waitFor(
    async () => {
      const before = last;
      last = await capture(page);
      return last === before;
    },
    { what: "a page that stands still", timeoutMs: 15_000 },
  );
  return Buffer.from(last, "base64");
}

async function capture(page: Page): Promise<string> {
  const tools = await page.context().newCDPSession(page);
  try {
    const options = { format: "webp", quality: QUALITY } as const;
    return (await tools.send("Page.captureScreenshot", options)).data;
  } finally {
    await tools.detach();
  }
}

await main();
