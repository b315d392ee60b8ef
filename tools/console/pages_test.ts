import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { findChromium } from "./find_chromium.ts";
import { type OpenBrowser, openBrowser } from "./open_browser.ts";
import { type OpenConsole, openConsole } from "./open_console.ts";

const chromium = findChromium(process.env);
if (chromium === null) {
  process.stderr.write("\nTHE CONSOLE'S PAGE IS NOT TESTED: there is no Chromium here\n\n");
}
const testPage = chromium === null ? test.skip : test;

test("the console's page can be tested here", () => {
  // Where it is not, .ci/run installs it.
  expect(process.env["CI"] !== undefined ? chromium : "").not.toBeNull();
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const OLD = "b61c0a8d7a3f4b57-old-secret-of-shop";
const NEW = "f2c7d9e4a1b85630-new-secret-of-shop";

/** Fails until a file says that it is mended, as a handler that somebody edits. */
const PAYMENTS = `
import { existsSync } from "node:fs";
export async function handle() {
  if (!existsSync(new URL("./mended", import.meta.url))) throw new TypeError("Cannot charge cus_42: no balance");
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

const HOSTILE = {
  html: "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>",
  bidi: "user\u202Egnp.exe",
  blank: "a\u200Bb",
};

let served: OpenConsole;
let browser: OpenBrowser;
const ids: Record<"enrolled" | "paid" | "hostile" | "long" | "binary" | "ansi", string> = {
  enrolled: "",
  paid: "",
  hostile: "",
  long: "",
  binary: "",
  ansi: "",
};

beforeAll(async () => {
  if (chromium === null) return;
  served = await openConsole({
    config: CONFIG,
    files: {
      "enrolments.ts": "export async function handle() {}\n",
      "payments.ts": PAYMENTS,
      shop_secret: OLD,
    },
  });
  for (let number = 1; number <= 3; number += 1) {
    ids.paid = await served.send({ type: "payment.success", data: { number, customer: "cus_1" } });
  }
  ids.hostile = await served.send({ type: "course.enrolled", data: HOSTILE });
  ids.long = await served.send({ type: "course.enrolled", data: "x".repeat(1024 * 1024 - 200) });
  ids.binary = await served.send({ body: Uint8Array.from({ length: 512 }, (_, at) => at % 256) });
  ids.ansi = await served.send({ body: "\u001b[31mred\u001b[0m \u0007 not JSON" });
  ids.enrolled = await served.send({ type: "course.enrolled", data: { courseId: "c1" } });
  await served.send({ type: "payment.success", source: "shop/eu", secret: NEW });
  const dead = () => served.read<{ events: unknown[] }>("/api/v1/list-events?state=dead");
  await waitFor(async () => (await dead()).events.length === 3, {
    what: "three dead",
    timeoutMs: 30_000,
  });
  browser = await openBrowser(chromium, served.url);
}, 90_000);

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await served?.[Symbol.asyncDispose]();
}, 30_000);

const rows = (page: Page) => page.locator("table.events tbody tr");

async function rowsAre(page: Page, count: number): Promise<void> {
  await waitFor(async () => (await rows(page).count()) === count, {
    what: `${count} rows`,
    timeoutMs: 15_000,
  });
}

/** An expression of the browser. */
const TOO_WIDE = "document.documentElement.scrollWidth > innerWidth";

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** What axe calls serious or critical. */
async function seriousFaults(page: Page): Promise<string[]> {
  // Asked through the browser's own tools: the page's policy runs no script that is not its own.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Violation[] }>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

testPage(
  "one box takes words and any id, and / goes to it",
  async () => {
    const page = await browser.open("/");
    await page.keyboard.press("/");
    await page.keyboard.type("state:dead type:payment.success");
    await page.keyboard.press("Enter");
    await rowsAre(page, 3);
    expect(new URL(page.url()).search).toBe("?state=dead&type=payment.success");
    await page.keyboard.press("/");
    await page.keyboard.type(ids.enrolled);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "course.enrolled" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/events/${ids.enrolled}`);
    await page.context().close();
  },
  60_000,
);

testPage(
  "every cell filters by mouse and by key, and a new tab of the URL shows the same",
  async () => {
    const page = await browser.open("/events");
    await rowsAre(page, 8);
    await page.locator("td.main a", { hasText: "payment.success" }).first().click();
    await rowsAre(page, 3);
    await page.locator("td a.cell", { hasText: "academy" }).first().focus();
    await page.keyboard.press("Enter");
    await waitFor(() => page.url().includes("source=academy"), { what: "the filter" });
    const same = await browser.open(page.url().slice(served.url.length));
    await rowsAre(same, 3);
    await page.keyboard.press("j");
    await page.keyboard.press("c");
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toBe(ids.paid);
    await page.context().close();
    await same.context().close();
  },
  60_000,
);

testPage(
  "new events wait behind a button, and nothing moves until it is pressed",
  async () => {
    const page = await browser.open("/events?type=course.completed");
    await page.getByText("No event matches").waitFor();
    const first = await served.send({ type: "course.completed", data: { number: 1 } });
    await rowsAre(page, 1);
    await served.send({ type: "course.completed", data: { number: 2 } });
    await page.getByRole("button", { name: "1 new" }).waitFor();
    expect(await rows(page).first().innerHTML()).toContain(first);
    await page.getByRole("button", { name: "1 new" }).click();
    await rowsAre(page, 2);
    await page.context().close();
  },
  60_000,
);

testPage(
  "r replays one: count, reason and command in one panel, and the new delivery shows",
  async () => {
    const page = await browser.open(`/events/${ids.enrolled}`);
    await page.locator("article.delivery").waitFor();
    await page.keyboard.press("r");
    const panel = page.getByRole("dialog");
    await panel.getByText("1 delivery").waitFor();
    await panel.getByLabel("Reason").fill("it's a try");
    expect(await panel.locator("code").innerText()).toBe(
      `npx hookgate replay ${ids.enrolled} --reason 'it'\\''s a try'`,
    );
    await panel.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByText("replay 1").waitFor();
    await waitFor(async () => (await page.locator("article .state.delivered").count()) === 2, {
      what: "both delivered",
      timeoutMs: 15_000,
    });
    await page.context().close();
  },
  60_000,
);

testPage(
  "a probe shows what comes of one before the rest is replayed, and the scroll place survives",
  async () => {
    const page = await browser.open("/events?state=dead");
    await rowsAre(page, 3);
    await page.setViewportSize({ width: 1_400, height: 300 });
    await page.mouse.wheel(0, 180);
    await waitFor(async () => (await page.evaluate<number>("scrollY")) > 0, {
      what: "a scrolled page",
    });
    const before = await page.evaluate<number>("scrollY");
    await page.getByRole("button", { name: "Replay all that match" }).dispatchEvent("click");
    const panel = page.getByRole("dialog");
    await panel.getByText("3 deliveries").waitFor();
    await panel.getByLabel("Reason").fill("mended");
    await panel.getByRole("button", { name: "Try one first" }).click();
    await panel.getByText(/One first:\s*dead|One first:\s*waiting/).waitFor();
    await writeFile(join(served.folder, "mended"), "");
    await panel.getByRole("button", { name: "Try one first" }).click();
    await panel.getByText(/One first:\s*delivered/).waitFor();
    await panel.getByRole("button", { name: "Replay the rest" }).click();
    await panel.waitFor({ state: "detached" });
    expect(await page.evaluate<number>("scrollY")).toBe(before);
    const dead = () =>
      served.read<{ events: { deliveries: { state: string }[] }[] }>(
        "/api/v1/list-events?type=payment.success",
      );
    await waitFor(
      async () =>
        (await dead()).events.every(({ deliveries }) => deliveries.at(-1)?.state === "delivered"),
      { what: "all delivered", timeoutMs: 20_000 },
    );
    await page.context().close();
  },
  90_000,
);

testPage(
  "a quarantined request shows its diagnosis as a sentence, and the button that releases it",
  async () => {
    const kept = () => served.read<{ requests: unknown[] }>("/api/v1/list-quarantine");
    // Refused requests are reported now and then.
    await waitFor(async () => (await kept()).requests.length > 0, {
      what: "it",
      timeoutMs: 15_000,
    });
    const page = await browser.open("/quarantine");
    const card = page.locator("section.card").first();
    await card.waitFor();
    expect((await card.locator(".sentence").innerText()).length).toBeGreaterThan(20);
    await card.getByRole("button", { name: /^Check (?:it|all)/ }).click();
    await card.getByText("None of them verifies").waitFor();
    await writeFile(join(served.folder, "shop_secret"), NEW);
    const again = card.getByRole("button", { name: "Check again" });
    const release = card.getByRole("button", { name: /^Release (?:it|all)/ });
    await served.reload();
    await waitFor(
      async () => {
        if (await release.isVisible()) return true;
        if (await again.isVisible()) await again.click();
        return false;
      },
      { what: "the button", timeoutMs: 20_000 },
    );
    await release.click();
    await page.getByRole("dialog").getByLabel("Reason").fill("the secret was late");
    await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
    await page.getByText("Nothing was refused").waitFor();
    await page.context().close();
  },
  90_000,
);

testPage(
  "a subscription is paused and resumed, with a reason that the audit log keeps",
  async () => {
    const page = await browser.open("/subscriptions");
    const card = page.locator("li.card", { hasText: "enrolments" });
    await card.getByRole("button", { name: "Pause" }).click();
    const panel = page.getByRole("dialog");
    await panel.getByLabel("Reason").fill("their maintenance");
    expect(await panel.locator("code").innerText()).toBe(
      "npx hookgate pause enrolments --reason 'their maintenance'",
    );
    await panel.getByRole("button", { name: "Pause" }).click();
    await card.getByText("their maintenance").waitFor();
    await card.getByRole("button", { name: "Resume" }).click();
    await panel.getByRole("button", { name: "Resume" }).click();
    await card.getByRole("button", { name: "Pause" }).waitFor();
    const audit = await browser.open("/audit");
    await audit.getByText("their maintenance").waitFor();
    await page.context().close();
    await audit.context().close();
  },
  60_000,
);

testPage(
  "a body of scripts and marks that turn text is shown, and does nothing",
  async () => {
    const page = await browser.open(`/events/${ids.hostile}`);
    const body = page.locator("section.body pre");
    await body.getByText("<script>document.title = 'taken'</script>").waitFor();
    expect(await body.locator("mark").allInnerTexts()).toEqual(["U+202E", "U+200B"]);
    expect(await page.locator("section.body img, section.body script").count()).toBe(0);
    expect(await page.title()).not.toBe("taken");
    await page.goto(`${served.url}/events/${ids.ansi}`);
    await body.getByText("not JSON").waitFor();
    expect(await body.locator("mark").allInnerTexts()).toEqual(["U+001B", "U+001B", "U+0007"]);
    await page.context().close();
  },
  60_000,
);

testPage(
  "a body is shown as its exact bytes beside text, a mebibyte in one line a part at a time",
  async () => {
    const page = await browser.open(`/events/${ids.binary}`);
    const body = page.locator("section.body pre");
    await body.waitFor();
    expect(await body.innerText()).toContain(
      "000030  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?",
    );
    await page.goto(`${served.url}/events/${ids.long}`);
    await page.getByRole("button", { name: "Show all of it" }).waitFor();
    expect((await body.innerText()).length).toBeLessThan(30_000);
    await page.getByRole("button", { name: "text", exact: true }).click();
    await page.getByRole("button", { name: "Show all of it" }).click();
    await waitFor(async () => (await body.innerText()).length > 1_000_000, {
      what: "all of it",
      timeoutMs: 20_000,
    });
    expect(await page.evaluate(`!(${TOO_WIDE})`)).toBe(true);
    await page.context().close();
  },
  60_000,
);

testPage(
  "a body is copied as curl, as a fixture without its values, and as a handler's test",
  async () => {
    const page = await browser.open(`/events/${ids.paid}`);
    const copied = async (name: string) => {
      await page.getByRole("button", { name }).click();
      return page.evaluate<string>("navigator.clipboard.readText()");
    };
    expect(await copied("Copy as curl")).toMatch(
      /^curl http:.*'content-type: application\/json'.*cus_1/,
    );
    const fixture = await copied("Copy as fixture");
    expect(JSON.parse(fixture).body.data).toEqual({ number: 0, customer: "redacted" });
    expect(await copied("Copy as test")).toContain("takes a payment.success");
    await page.context().close();
  },
  60_000,
);

testPage(
  "the environment has a name and a colour, and a read-only console acts on nothing",
  async () => {
    const env = { CONSOLE_READONLY: "1", CONSOLE_ENVIRONMENT: "production" };
    const other = await served.apps.start("console", { env });
    const url = other.ready.replace(/^console /, "");
    const page = await browser.open(`/events/${ids.enrolled}`, { url });
    await page.locator(".badge.red", { hasText: "production" }).waitFor();
    await page.locator(".badge", { hasText: "read-only" }).waitFor();
    await page.keyboard.press("r");
    const panel = page.getByRole("dialog");
    expect(await panel.getByRole("button", { name: "Replay", exact: true }).isDisabled()).toBe(
      true,
    );
    expect(await panel.locator("code").innerText()).toContain("npx hookgate replay");
    await page.context().close();
    await other.stop();
  },
  60_000,
);

testPage(
  "a console with a password asks for it, and then shows what was asked for",
  async () => {
    const other = await served.apps.start("console", {
      env: { CONSOLE_PASSWORD: "correct horse battery" },
    });
    const url = other.ready.replace(/^console /, "");
    const page = await browser.open("/subscriptions", { url });
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("That is not right.").waitFor();
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Log in" }).click();
    const card = page.locator("li.card", { hasText: "payments" });
    await card.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await card.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await card.getByRole("button", { name: "Pause" }).waitFor();
    await page.context().close();
    await other.stop();
  },
  60_000,
);

const PATHS = [
  "/",
  "/events",
  "/events/:id",
  "/failures",
  "/subscriptions",
  "/sources",
  "/quarantine",
  "/replays",
  "/changes",
  "/audit",
  "/search",
];

testPage.each([
  { theme: "light", dark: false },
  { theme: "dark", dark: true },
])(
  "axe finds nothing serious on any page: $theme",
  async ({ dark }) => {
    const page = await browser.open("/", { dark });
    const found: string[] = [];
    for (const path of PATHS) {
      await page.goto(`${served.url}${path.replace(":id", ids.paid)}`);
      await page.locator("main h1").first().waitFor();
      found.push(...(await seriousFaults(page)).map((fault) => `${path} ${fault}`));
    }
    expect(found).toEqual([]);
    await page.context().close();
  },
  90_000,
);

testPage.each([390, 1_600])(
  "no page is wider than a window of %s px",
  async (width) => {
    const page = await browser.open("/", { width });
    const wide: string[] = [];
    for (const path of PATHS) {
      await page.goto(`${served.url}${path.replace(":id", ids.paid)}`);
      await page.locator("main h1").first().waitFor();
      if (await page.evaluate(TOO_WIDE)) wide.push(path);
    }
    expect(wide).toEqual([]);
    await page.context().close();
  },
  90_000,
);

testPage("no page runs what its policy forbids, asks another host, or throws", () => {
  expect(browser.faults).toEqual([]);
});
