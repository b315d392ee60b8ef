import { waitFor } from "@hookgate/testing";
import type { Page } from "playwright-core";
import { findChromium } from "./find_chromium.ts";
import { type OpenBrowser, openBrowser } from "./open_browser.ts";
import { type OpenConsole, openConsole } from "./open_console.ts";

/** The browser of this machine; null if there is none. */
export const chromium: string | null = findChromium(process.env);

/** The secret of the source `shop/eu`, in a file, and the one that its provider signs with. */
const OLD = "b61c0a8d7a3f4b57-old-secret-of-shop";
export const NEW = "f2c7d9e4a1b85630-new-secret-of-shop";

/** Fails until a file says that it is mended, as a handler that somebody edits. */
export const PAYMENTS = `
import { existsSync } from "node:fs";
export async function handle({ data }) {
  if (!existsSync(new URL("./mended", import.meta.url))) {
    throw new TypeError("Cannot charge cus_42: no balance" + (data.note ?? ""));
  }
}`;

const CONFIG = (folder: string) => `{
  sources: {
    academy: { provider: "generic", secrets: ["3c0ed3b5f5a0d04f79b9-academy"] },
    "shop/eu": { provider: "generic", secrets: [{ id: "2026-12", file: "${folder}/shop_secret" }] },
  },
  subscriptions: {
    enrolments: { events: ["course.*"], handler: "${folder}/enrolments.ts" },
    payments: {
      events: ["payment.*"],
      handler: "${folder}/payments.ts",
      retry: { maxAttempts: 1, backoff: { initial: 10, factor: 1, maxDelay: 10 } },
    },
  },
}`;

/** Data whose texts would act, or hide something, where they were not shown as text. */
const HOSTILE = {
  html: "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>",
  bidi: "user\u202Egnp.exe",
  blank: "a\u200Bb",
};

type Ids = Record<"enrolled" | "paid" | "hostile" | "long" | "binary" | "ansi", string>;

/** A console on real data, in a browser. */
export interface ExampleConsole extends AsyncDisposable {
  served: OpenConsole;
  browser: OpenBrowser;
  ids: Ids;
}

/** Starts a gateway with eight events of every kind, three of them dead, one request refused; and a browser. */
export async function openExample(executablePath: string): Promise<ExampleConsole> {
  await using starting = new AsyncDisposableStack();
  const served = starting.use(
    await openConsole({
      config: CONFIG,
      files: {
        "enrolments.ts": "export async function handle() {}\n",
        "payments.ts": PAYMENTS,
        shop_secret: OLD,
      },
    }),
  );
  const ids = await sendAll(served);
  const dead = () => served.read<{ events: unknown[] }>("/api/v1/list-events?state=dead");
  await waitFor(async () => (await dead()).events.length === 3, {
    what: "three dead",
    timeoutMs: 30_000,
  });
  const browser = starting.use(await openBrowser(executablePath, served.url));
  const running = starting.move();
  return { served, browser, ids, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function sendAll({ send }: OpenConsole): Promise<Ids> {
  let paid = "";
  for (let number = 1; number <= 3; number += 1) {
    paid = await send({ type: "payment.success", data: { number, customer: "cus_1" } });
  }
  const ids = {
    paid,
    hostile: await send({ type: "course.enrolled", data: HOSTILE }),
    long: await send({ type: "course.enrolled", data: "x".repeat(1024 * 1024 - 200) }),
    binary: await send({ body: Uint8Array.from({ length: 512 }, (_, at) => at % 256) }),
    ansi: await send({ body: "\u001b[31mred\u001b[0m \u0007 not JSON" }),
    enrolled: await send({ type: "course.enrolled", data: { courseId: "c1" } }),
  };
  await send({ type: "payment.success", source: "shop/eu", secret: NEW });
  return ids;
}

/** Rows of a list of events. */
export const rows = (page: Page) => page.locator("table.events tbody tr");

/** Waits until there are so many. */
export async function rowsAre(page: Page, count: number): Promise<void> {
  await waitFor(async () => (await rows(page).count()) === count, {
    what: `${count} rows`,
    timeoutMs: 15_000,
  });
}

/** An expression of the browser: whether the page is wider than its window. */
export const TOO_WIDE = "document.documentElement.scrollWidth > innerWidth";
