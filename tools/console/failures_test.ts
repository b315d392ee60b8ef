import { createHash } from "node:crypto";
import { waitFor } from "@hookgate/testing";
import { expect } from "@jest/globals";
import { PAYMENTS } from "./example_console.ts";
import { browser, served, testPage } from "./test_page.ts";

interface Group {
  failures: { id: string; dead: number }[];
}

testPage(
  "failures open grouped: how many, since when, how fast now, in which file, and one of them",
  async () => {
    const page = await browser.open("/failures");
    const row = page.locator("li.failure");
    await row.getByText("3 ended dead").waitFor();
    expect(await row.count()).toBe(1);
    expect(await row.innerText()).toMatch(/payments\s+TypeError: Cannot charge .*: no balance/);
    expect(await row.locator(".trend").getAttribute("title")).toMatch(
      /^\d+ in the last hour, 0 in the hour before$/,
    );
    await row.getByRole("link").first().click();
    const facts = page.locator("main");
    for (const name of ["Ended dead", "First", "Last"]) {
      await facts
        .locator("dt", { hasText: new RegExp(`^${name}`) })
        .first()
        .waitFor();
    }
    await facts.getByText("handle (payments.ts:5)", { exact: true }).waitFor();
    const digest = createHash("sha256").update(PAYMENTS).digest("hex");
    await facts.getByText(`sha256 ${digest.slice(0, 12)}…`).waitFor();
    const sample = page.getByRole("region", { name: "One of them" });
    await sample.getByText("Cannot charge cus_42: no balance").waitFor();
    expect(await sample.getByRole("link").first().getAttribute("href")).toMatch(/^\/events\/evt_/);
    await page.context().close();
  },
  60_000,
);

testPage(
  "beside a failure stands what changed, as a list and on the same axis",
  async () => {
    const { failures } = await served.read<Group>("/api/v1/list-failures");
    const page = await browser.open(`/failures/${failures[0]?.id}`);
    const before = page.getByRole("region", { name: "What changed before" });
    await before.locator("li .kind", { hasText: "start" }).first().waitFor();
    const marks = page.locator(".chart .mark-line");
    await marks.first().waitFor();
    const { changes } = await served.read<{ changes: { text: string }[] }>("/api/v1/list-changes");
    expect(await marks.count()).toBe(changes.length);
    const titles = await marks.evaluateAll((all) =>
      all.map((one) => one.getAttribute("title")?.split("\n")[0] ?? ""),
    );
    expect(titles.toSorted()).toEqual(changes.map(({ text }) => text).toSorted());
    // Now is at the right end of the axis.
    const [axis, mark] = await Promise.all([
      page.locator(".chart .u-over").boundingBox(),
      marks.last().boundingBox(),
    ]);
    expect((mark?.x ?? 0) - (axis?.x ?? 0)).toBeGreaterThan(0.9 * (axis?.width ?? 0));
    await page.context().close();
  },
  60_000,
);

testPage(
  "a whole failure is acknowledged, replayed and resolved from its page",
  async () => {
    const { failures } = await served.read<Group>("/api/v1/list-failures");
    const id = failures[0]?.id ?? "";
    const page = await browser.open(`/failures/${id}`);
    const panel = page.getByRole("dialog");
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await panel.getByLabel("Reason").fill("ana looks");
    await panel.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByText("ana looks").waitFor();
    await panel.waitFor({ state: "detached" });
    await page.keyboard.press("r");
    await panel.getByText("3 deliveries").waitFor();
    await panel.getByLabel("Reason").fill("another try");
    expect(await panel.locator("code").innerText()).toBe(
      `npx hookgate replay --failure ${id} --reason 'another try'`,
    );
    await panel.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByRole("status").getByRole("link", { name: /^rpl_/ }).waitFor();
    const now = () => served.read<{ failure: { dead: number } }>(`/api/v1/get-failure?id=${id}`);
    await waitFor(async () => (await now()).failure.dead === 6, {
      what: "all of it dead again",
      timeoutMs: 30_000,
    });
    await page.getByRole("button", { name: "Resolve" }).click();
    expect(await panel.locator("code").innerText()).toBe(`npx hookgate failures resolve ${id}`);
    await panel.getByRole("button", { name: "Resolve" }).click();
    await page.getByText(/, resolved/).waitFor();
    await page.context().close();
  },
  90_000,
);

/** Keeps what the browser would be told. */
const NOTIFICATIONS = `
  window.told = [];
  window.Notification = class {
    static requestPermission = async () => "granted";
    constructor(text) { window.told.push(text); }
  };`;

testPage(
  "the tab counts what is dead in its icon and title, and the browser is told of more on request",
  async () => {
    await served.send({ type: "payment.failed", data: { number: 4 } });
    const dead = async () =>
      (await served.read<{ events: unknown[] }>("/api/v1/list-events?state=dead")).events.length;
    // It failed again, so what was resolved is open. What was replayed and is dead again is dead once.
    const before = 4;
    await waitFor(async () => (await dead()) === before, { what: "it dead", timeoutMs: 30_000 });
    const page = await browser.open("/", { before: NOTIFICATIONS });
    const title = (count: number) =>
      waitFor(async () => (await page.title()) === `(${count}) Overview · Hookgate`, {
        what: `a title that counts ${count}`,
        timeoutMs: 30_000,
      });
    await title(before);
    const icon = () => page.locator("link[rel=icon]").getAttribute("href");
    const first = await icon();
    expect(first).toMatch(/^data:image\/png;base64,.{200,}/);
    await page.getByRole("button", { name: "notify" }).click();
    await page.getByRole("button", { name: "notifying" }).waitFor();
    await served.send({ type: "payment.failed", data: { number: 5 } });
    await title(before + 1);
    expect(await icon()).not.toBe(first);
    expect(await page.evaluate<string[]>("window.told")).toEqual(["1 more delivery is dead"]);
    await page.context().close();
  },
  120_000,
);

testPage(
  "title and menu say that there are more than a hundred dead, and do not make up a number",
  async () => {
    const { failures } = await served.read<{ failures: { state: string }[] }>(
      "/api/v1/list-failures?states=open",
    );
    const { events } = await served.read<{ events: unknown[] }>("/api/v1/list-events?state=dead");
    const page = await browser.open("/sources");
    await page.route("**/api/v1/list-failures*", (route) =>
      route.fulfill({
        json: { failures: failures.map((one) => ({ ...one, dead: 5_000 })), nextPageToken: "" },
      }),
    );
    const many = new Array(101).fill(events[0]);
    await page.route("**/api/v1/list-events*", (route) =>
      route.fulfill({ json: { events: many, nextPageToken: "more" } }),
    );
    await page.reload();
    await page.locator("nav.menu .number", { hasText: "100+" }).waitFor();
    await waitFor(async () => (await page.title()) === "(100+) Sources · Hookgate", {
      what: "a title that says so",
    });
    await page.context().close();
  },
);

testPage("no page runs what its policy forbids, asks another host, or throws", () => {
  expect(browser.faults).toEqual([]);
});
