import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { chromium, TOO_WIDE } from "./example_console.ts";
import { browser, example, served, testPage } from "./test_page.ts";

if (chromium === null) {
  process.stderr.write("\nTHE CONSOLE'S PAGE IS NOT TESTED: there is no Chromium here\n\n");
}

test("the console's page can be tested here", () => {
  // Where it is not, .ci/run installs it.
  expect(process.env["CI"] !== undefined ? chromium : "").not.toBeNull();
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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
  "the environment has a name and a colour, and a read-only console acts on nothing",
  async () => {
    const env = { CONSOLE_READONLY: "1", CONSOLE_ENVIRONMENT: "production" };
    const other = await served.apps.start("console", { env });
    const url = other.ready.replace(/^console /, "");
    const page = await browser.open(`/events/${example.ids.enrolled}`, { url });
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

testPage("every page has a title that tells its tab from the others", async () => {
  const { enrolled } = example.ids;
  const page = await browser.open("/");
  for (const [path, title] of [
    ["/failures", "Failures · Hookgate"],
    ["/sources", "Sources · Hookgate"],
    ["/search", "Search in bodies · Hookgate"],
    [`/events/${enrolled}`, `evt_…${enrolled.slice(-8)} · Events · Hookgate`],
    ["/nowhere", "No such page · Hookgate"],
  ] as const) {
    await page.goto(`${served.url}${path}`);
    // What it counts before that is of another test.
    await waitFor(async () => (await page.title()).replace(/^\(\d+\) /, "") === title, {
      what: title,
      timeoutMs: 15_000,
    });
  }
  await page.context().close();
});

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
    await logIn(page);
    const card = page.locator("li.card", { hasText: "payments" });
    await card.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await card.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await card.getByRole("button", { name: "Pause" }).waitFor();

    // Somebody logs in again in another tab: the session of now is what counts in both.
    const second = await page.context().newPage();
    await second.goto(`${url}/subscriptions`);
    await second.getByRole("button", { name: "Log out" }).click();
    await logIn(second);
    await second.close();
    await card.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await card.getByRole("button", { name: "Resume" }).click();

    // The session ends while somebody acts.
    await page.context().clearCookies();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await page.getByText("Your session has ended.").waitFor();
    await logIn(page);
    await card.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await card.getByRole("button", { name: "Pause" }).waitFor();

    // The dispatcher does not know the session's token any more.
    await page.route("**/api/v1/list-*", (route) => route.fulfill({ status: 401, json: {} }));
    await page.goto(`${url}/changes`);
    await page.getByText("Your session has ended.").waitFor();
    await page.context().close();
    await other.stop();
  },
  60_000,
);

async function logIn(page: Page): Promise<void> {
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
  await page.locator("main:focus").waitFor();
}

testPage(
  "a page that nobody answers says so, calls nothing missing, and goes on once somebody does",
  async () => {
    const page = await browser.open("/sources");
    const visit = (path: string) => page.goto(new URL(path, served.url).href);
    const cannot = "Cannot reach the dispatcher: is it running?";
    const away = { status: 503, json: { error: "unavailable", message: cannot } };
    await page.route("**/api/v1/**", (route) => route.fulfill(away));
    for (const path of [
      "/failures/flr_0123",
      "/quarantine/qtn_0123",
      `/events/${example.ids.paid}`,
    ]) {
      await visit(path);
      await page.getByText("cannot be shown now").waitFor();
      await page.getByText(`${cannot} This page asks again by itself.`).waitFor();
      expect(await page.getByText("There is no such").count()).toBe(0);
    }
    await page.unroute("**/api/v1/**");
    await page.getByRole("heading", { name: "payment.success" }).waitFor();

    await page.route("**/api/v1/**", (route) => route.abort());
    await visit("/events");
    await page.getByText("The console does not answer: is it running?").waitFor();
    expect(await page.getByText("live", { exact: true }).count()).toBe(0);
    await page.unroute("**/api/v1/**");
    await page.locator("table.events tbody tr").first().waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    expect(await page.getByText("The console does not answer").count()).toBe(0);

    await visit("/subscriptions");
    await page.getByRole("button", { name: "Pause" }).first().click();
    await page.route("**/api/v1/pause-subscription", (route) => route.fulfill(away));
    const panel = page.getByRole("dialog");
    await panel.getByRole("button", { name: "Pause" }).click();
    await panel.getByText(`${cannot} It may have been done or not`).waitFor();
    await page.context().close();
  },
  60_000,
);

testPage(
  "every page that nobody answers says so once",
  async () => {
    const page = await browser.open("/sources");
    const paths = await allPaths();
    // Each call says so in its own words.
    await page.route("**/api/v1/**", (route) => {
      const message = `Cannot do ${new URL(route.request().url()).pathname}: it is frozen`;
      return route.fulfill({ status: 503, json: { error: "unavailable", message } });
    });
    const said: Record<string, number> = {};
    // These ask nothing before somebody does, or nothing at all.
    for (const path of paths.filter((one) => one !== "/search" && one !== "/no/such/page")) {
      await page.goto(`${served.url}${path}`);
      await page.getByRole("alert").first().waitFor();
      await page.waitForLoadState("networkidle");
      const alerts = await page.getByRole("alert").allInnerTexts();
      const isSaid = alerts[0]?.endsWith("it is frozen. This page asks again by itself.");
      if (alerts.length !== 1 || !isSaid) said[path] = alerts.length;
      expect(await page.getByText("All is well").count()).toBe(0);
    }
    expect(said).toEqual({});
    await page.context().close();
  },
  90_000,
);

testPage("what is not answered yet is not asked again: a browser has few connections", async () => {
  const page = await browser.open("/subscriptions");
  await page.clock.install();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  let asked = 0;
  await page.route("**/api/v1/list-subscriptions*", async (route) => {
    asked += 1;
    await mayAnswer;
    await route.fulfill({ json: { subscriptions: [], backlogCountedMax: 1 } });
  });
  await page.reload();
  await waitFor(() => asked > 0, { what: "the question" });
  await page.clock.runFor(20_000);
  expect(asked).toBe(1);
  answer();
  await page.getByRole("heading", { name: "Nobody wants events yet" }).waitFor();
  await page.clock.runFor(4_000);
  await waitFor(() => asked === 2, { what: "the next one" });
  await page.context().close();
});

testPage("a list says that nobody has the name that it is filtered by", async () => {
  const page = await browser.open("/changes?subject=nobody");
  for (const path of [
    "/changes?subject=nobody",
    "/failures?subscription=nobody",
    "/quarantine?source=nobody",
    "/search?source=nobody&text=x",
    "/events?source=nobody",
  ]) {
    await page.goto(new URL(path, served.url).href);
    await page.getByText(/is called "nobody" now/).waitFor();
  }
  await page.context().close();
});

const PATHS = [
  "/",
  "/events",
  "/events/:id",
  "/failures",
  "/failures/:failure",
  "/subscriptions",
  "/sources",
  "/quarantine",
  "/replays",
  "/proposals",
  "/changes",
  "/audit",
  "/search",
  "/events/evt_0123",
  "/failures/flr_0123",
  "/quarantine/qtn_0123",
  "/no/such/page",
  "/events/%E0",
];

/** Every page, of things that there are. */
async function allPaths(): Promise<string[]> {
  const { failures } = await served.read<{ failures: { id: string }[] }>("/api/v1/list-failures");
  return PATHS.map((path) =>
    path.replace(":id", example.ids.paid).replace(":failure", failures[0]?.id ?? ""),
  );
}

testPage.each([
  { theme: "light", dark: false },
  { theme: "dark", dark: true },
])(
  "axe finds nothing serious on any page: $theme",
  async ({ dark }) => {
    const page = await browser.open("/", { dark });
    const found: string[] = [];
    for (const path of await allPaths()) {
      await page.goto(`${served.url}${path}`);
      await page.locator("main h1").first().waitFor();
      found.push(...(await seriousFaults(page)).map((fault) => `${path} ${fault}`));
    }
    expect(found).toEqual([]);
    await page.context().close();
  },
  90_000,
);

testPage.each([390, 1_024, 1_600])(
  "no page is wider than a window of %s px",
  async (width) => {
    const page = await browser.open("/", { width });
    const wide: string[] = [];
    for (const path of await allPaths()) {
      await page.goto(`${served.url}${path}`);
      await page.locator("main h1").first().waitFor();
      if (await page.evaluate(TOO_WIDE)) wide.push(path);
    }
    expect(wide).toEqual([]);
    await page.context().close();
  },
  90_000,
);

testPage(
  "long names make no page wider than its window",
  async () => {
    const word = "x".repeat(150);
    const type = `payment.${word}`;
    const id = await served.send({ type, data: { note: word } });
    const failed = async () => {
      const { failures } = await served.read<{ failures: { id: string; message: string }[] }>(
        "/api/v1/list-failures",
      );
      return failures.find(({ message }) => message.includes(word));
    };
    const failure = await waitFor(failed, { what: "its failure", timeoutMs: 30_000 });
    const wide: string[] = [];
    for (const width of [390, 1_024]) {
      const page = await browser.open("/", { width });
      for (const path of [
        "/",
        "/events",
        `/events/${id}`,
        "/failures",
        `/failures/${failure?.id}`,
        `/search?source=academy&text=${word.slice(0, 20)}`,
        `/events?type=${type}`,
      ]) {
        await page.goto(`${served.url}${path}`);
        await page
          .getByText(word.slice(0, 20))
          .first()
          .waitFor({ state: "attached" })
          .catch(() => {});
        await page.waitForLoadState("networkidle");
        if (await page.evaluate(TOO_WIDE)) wide.push(`${width} ${path.slice(0, 40)}`);
      }
      await page.context().close();
    }
    expect(wide).toEqual([]);
  },
  120_000,
);

testPage("on a narrow screen the menu shows where one is", async () => {
  const page = await browser.open("/audit", { width: 390 });
  const current = page.locator("nav.menu [aria-current]");
  const seen = async () => {
    const { x = -1, width = 0 } = (await current.boundingBox()) ?? {};
    return x >= 0 && x + width <= 390;
  };
  await page.locator("nav.menu .number").waitFor();
  expect(await current.innerText()).toBe("Audit");
  await waitFor(seen, { what: "the name of the page" });
  await page.goto(`${served.url}/`);
  expect(await seen()).toBe(true);
  await page.context().close();
});

testPage("a request whose body was not read is not to be verified again", async () => {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const url = `http://127.0.0.1:${served.apps.edgePort}/api/webhooks/academy`;
  expect((await fetch(url, { method: "POST", headers, body: "{}" })).status).toBe(415);
  const page = await browser.open("/quarantine?source=academy");
  const card = page.locator("section.card", { hasText: "unsupported encoding" });
  await card.waitFor();
  expect(await card.getByRole("button").count()).toBe(0);
  await card.locator("li a").click();
  await page.getByText("Its body is not kept, so it cannot be verified again.").waitFor();
  expect(await page.getByRole("button", { name: "Check it" }).count()).toBe(0);
  await page.context().close();
});

testPage("no page runs what its policy forbids, asks another host, or throws", () => {
  expect(browser.faults).toEqual([]);
});
