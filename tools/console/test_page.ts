import { afterAll, beforeAll, test } from "@jest/globals";
import { chromium, type ExampleConsole, openExample } from "./example_console.ts";
import type { OpenBrowser } from "./open_browser.ts";
import type { OpenConsole } from "./open_console.ts";

/** A test that needs a browser. */
export const testPage: typeof test.skip = chromium === null ? test.skip : test;

/** What the tests of a file look at, open while they run. */
export let example: ExampleConsole;
export let served: OpenConsole;
export let browser: OpenBrowser;

beforeAll(async () => {
  if (chromium === null) return;
  example = await openExample(chromium);
  ({ served, browser } = example);
}, 90_000);
afterAll(async () => {
  await example?.[Symbol.asyncDispose]();
}, 30_000);
