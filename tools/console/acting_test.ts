import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { expect } from "@jest/globals";
import { NEW, rowsAre } from "./example_console.ts";
import { browser, example, served, testPage } from "./test_page.ts";

interface Listed {
  events: { deliveries: unknown[] }[];
}

testPage(
  "r replays one: count, reason and command in one panel, and the new delivery shows",
  async () => {
    const page = await browser.open(`/events/${example.ids.enrolled}`);
    await page.locator("article.delivery").waitFor();
    await page.keyboard.press("r");
    const panel = page.getByRole("dialog");
    await panel.getByText("1 delivery").waitFor();
    await panel.getByLabel("Reason").fill("it's a try");
    expect(await panel.locator("code").innerText()).toBe(
      `npx hookgate replay ${example.ids.enrolled} --reason 'it'\\''s a try'`,
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
  "x selects, r replays the selection, and the view shows what becomes of it where it is",
  async () => {
    const count = async () => {
      const listed = await served.read<Listed>("/api/v1/list-events?type=course.enrolled");
      return listed.events.flatMap(({ deliveries }) => deliveries).length;
    };
    const before = await count();
    const page = await browser.open("/events?type=course.enrolled");
    await rowsAre(page, 3);
    for (const key of ["j", "x"]) await page.keyboard.press(key);
    // With the mouse the box has the focus: keys mean the same.
    await page.locator("tbody input[type=checkbox]").nth(1).check();
    await page.getByRole("button", { name: "Replay 2 selected" }).waitFor();
    await page.keyboard.press("r");
    const panel = page.getByRole("dialog");
    await panel.getByText("2 deliveries").waitFor();
    await panel.getByLabel("Reason").fill("two of them");
    await panel.getByLabel("How fast").selectOption({ label: "10 a second" });
    expect(await panel.locator("code").innerText()).toMatch(
      /^npx hookgate replay evt_\w{32} evt_\w{32} --reason 'two of them' --rate 10$/,
    );
    await panel.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByRole("status").getByText("Replaying").waitFor();
    await rowsAre(page, 3);
    await waitFor(async () => (await count()) === before + 2, {
      what: "two more deliveries",
      timeoutMs: 20_000,
    });
    const { replays } = await served.read<{ replays: { perSecond: number; made: number }[] }>(
      "/api/v1/list-replays",
    );
    expect(replays[0]).toMatchObject({ perSecond: 10, made: 2 });
    await page.context().close();
  },
  60_000,
);

testPage(
  "one delivery replays everything that died since",
  async () => {
    const { events } = await served.read<{ events: { event: { id: string } }[] }>(
      "/api/v1/list-events?state=dead",
    );
    // The middle one of three.
    const page = await browser.open(`/events/${events[1]?.event.id}`);
    await page.getByRole("button", { name: "All since this one" }).click();
    const panel = page.getByRole("dialog");
    await panel.getByText("2 deliveries").waitFor();
    expect(await panel.locator("code").innerText()).toMatch(
      /^npx hookgate replay --subscription payments --state dead --from \S+Z --reason '…'$/,
    );
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await page.context().close();
  },
  60_000,
);

testPage(
  "an edited copy goes to one subscription, is never called verified, and says what it is a copy of",
  async () => {
    const page = await browser.open(`/events/${example.ids.enrolled}`);
    await page.getByText("Verified with secret").waitFor();
    await page.keyboard.press("e");
    const panel = page.getByRole("dialog");
    await panel.getByLabel("Body").fill('{"type":"course.enrolled","data":{"courseId":"c2"}}');
    await panel.getByLabel("For").selectOption("enrolments");
    await panel.getByLabel("Reason").fill("try the fix");
    expect(await panel.locator("code").innerText()).toBe(
      `npx hookgate copy ${example.ids.enrolled} --to enrolments --body body.json --reason 'try the fix'`,
    );
    await panel.getByRole("button", { name: "Deliver the copy" }).click();
    await page.getByText("Not verified: an operator wrote it").waitFor();
    expect(await page.getByText("Verified with secret").count()).toBe(0);
    expect(page.url()).not.toContain(example.ids.enrolled);
    await page.locator("article.delivery .state.delivered").waitFor();
    expect(await page.locator("article.delivery").count()).toBe(1);
    expect(await page.locator("section.body pre").innerText()).toContain("c2");
    const origin = page.getByText("An edited copy of").getByRole("link");
    expect(await origin.getAttribute("href")).toBe(`/events/${example.ids.enrolled}`);
    await page.context().close();
  },
  60_000,
);

testPage(
  "what is proposed stands on every page, and is done once a person has approved it",
  async () => {
    const propose = async (action: object) => {
      const response = await fetch(`${served.url}/api/v1/propose`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ action, reason: "it is <b>mended</b>\u202E" }),
      });
      expect(response.status).toBe(200);
    };
    await propose({ replay: { filter: { type: "course.enrolled" } } });
    const page = await browser.open("/events");
    await page.getByText("1 proposal waits").waitFor();
    await page.getByRole("link", { name: "Decide" }).click();
    const card = page.locator("li.card").first();
    await card.getByText(/^Repeat 4 deliveries, at most 200 a second/).waitFor();
    await card.getByText("it is <b>mended</b>").waitFor();
    expect(await card.locator("mark").innerText()).toBe("U+202E");
    await card.getByRole("button", { name: "Approve…" }).click();
    const panel = page.getByRole("dialog");
    expect(await panel.locator("code").innerText()).toMatch(/^npx hookgate approve prp_\w+ --yes$/);
    await panel.getByRole("button", { name: "Approve", exact: true }).click();
    await card.getByText("approved", { exact: true }).waitFor();
    await card.getByRole("link", { name: /^rpl_/ }).waitFor();

    await propose({ pause: { subscription: "enrolments" } });
    await page.getByRole("button", { name: "Reject…" }).click();
    await panel.getByLabel("Reason").fill("not now");
    await panel.getByRole("button", { name: "Reject", exact: true }).click();
    await page.getByText(/rejected by local/).waitFor();
    const audit = await browser.open("/audit");
    await audit.getByText("approve", { exact: true }).waitFor();
    await audit.getByText("not now").waitFor();
    await audit.context().close();
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
    await page.keyboard.type("their maintenance");
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

testPage("no page runs what its policy forbids, asks another host, or throws", () => {
  expect(browser.faults).toEqual([]);
});

/** The element that has the focus, as a selector of its own would name it. */
const FOCUSED = "[document.activeElement.tagName, document.activeElement.className].join('.')";

testPage(
  "the focus stays where one works when the button of what is done goes away",
  async () => {
    const { failures } = await served.read<{ failures: { id: string }[] }>("/api/v1/list-failures");
    const page = await browser.open(`/failures/${failures[0]?.id}`);
    const focus = () => page.evaluate(FOCUSED);
    const panel = page.getByRole("dialog");
    for (const name of ["Acknowledge", "Resolve"]) {
      const button = page.getByRole("main").getByRole("button", { name, exact: true });
      await button.focus();
      await page.keyboard.press("Enter");
      await panel.getByRole("button", { name: "Close" }).click();
      await panel.waitFor({ state: "detached" });
      await waitFor(async () => (await focus()) === "BUTTON.", { what: `${name} has the focus` });
      expect(await page.locator(":focus").innerText()).toBe(name);
      await page.keyboard.press("Enter");
      await panel.getByLabel("Reason").press("Enter");
      await button.waitFor({ state: "detached" });
      await waitFor(async () => (await focus()) === "DIV.bar", { what: "what was around it" });
    }
    await page.context().close();
  },
  60_000,
);
