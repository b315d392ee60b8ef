import { waitFor } from "@hookgate/testing";
import { expect } from "@jest/globals";
import type { Page } from "playwright-core";
import { rows, rowsAre } from "./example_console.ts";
import { browser, example, served, testPage } from "./test_page.ts";

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
    await page.keyboard.type(example.ids.enrolled);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "course.enrolled" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/events/${example.ids.enrolled}`);
    // A word that filters nothing makes no id of the others: it is said which words there are.
    await page.keyboard.press("/");
    await page.keyboard.type("state:dead sorce:academy");
    await page.keyboard.press("Enter");
    await page.getByText("there are source:, type:, state:, subscription:.").waitFor();
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
    expect(copied).toBe(example.ids.paid);
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

/** Waits until a search is over, and has left nothing out. */
async function searchedAll(page: Page): Promise<void> {
  const status = page.getByRole("status");
  await waitFor(async () => /: all of them\.\s*$/.test(await status.innerText()), {
    what: "the whole search",
    timeoutMs: 15_000,
  });
}

testPage(
  "the way back takes back one filter at a time, of events, failures and a search",
  async () => {
    const page = await browser.open("/events");
    const filter = (name: string) => {
      const label = page.locator("label", { hasText: new RegExp(`^${name}`) });
      return label.locator("select, input");
    };
    await rows(page).first().waitFor();
    await filter("State").selectOption("dead");
    await rowsAre(page, 3);
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByRole("button", { name: "Replay 1 selected" }).waitFor();
    await filter("Source").selectOption("shop/eu");
    await rowsAre(page, 0);
    expect(await page.getByRole("button", { name: "Replay 1 selected" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Search in bodies" }).getAttribute("href")).toBe(
      "/search?source=shop%2Feu",
    );
    await page.goBack();
    await rowsAre(page, 3);
    expect(await filter("Source").inputValue()).toBe("");
    expect(await filter("State").inputValue()).toBe("dead");
    await page.goBack();
    expect(new URL(page.url()).search).toBe("");

    await page.goto(`${served.url}/failures`);
    await page.getByRole("button", { name: "resolved" }).click();
    await page.goBack();
    await page.locator("button[aria-pressed=true]", { hasText: "open" }).waitFor();

    await page.goto(`${served.url}/search?source=academy&text=cus_1&last=604800000`);
    await searchedAll(page);
    expect(await filter("Received").inputValue()).toBe("604800000");
    await filter("or any text").fill("nowhere at all");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByText("Nothing found").waitFor();
    await page.goBack();
    await page.locator("ul.rows li").first().waitFor();
    expect(await filter("or any text").inputValue()).toBe("cus_1");
    await page.context().close();
  },
  60_000,
);

testPage(
  "a value in bodies is found within a source and a time, with how much was searched, and further on request",
  async () => {
    for (let number = 0; number < 520; number += 1) {
      await served.send({ type: "course.completed", data: { customer: `cus_${number % 2}` } });
    }
    const page = await browser.open("/search");
    await waitFor(
      async () => (await page.getByLabel("Source", { exact: true }).inputValue()) === "academy",
      {
        what: "the first source",
      },
    );
    await page.getByLabel("JSON pointer").fill("/data/customer");
    await page.getByLabel("has the value").fill("cus_1");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    // 260 completed and three paid; what is no JSON was looked at, too.
    await searchedAll(page);
    expect(await page.getByRole("status").innerText()).toMatch(/^Searched (\d+) of \1 events/);
    const found = page.locator("ul.rows li");
    expect(await found.count()).toBe(263);
    expect(new URL(page.url()).searchParams.get("value")).toBe("cus_1");
    const same = await browser.open(page.url().slice(served.url.length));
    await searchedAll(same);
    expect(await same.locator("ul.rows li").count()).toBe(263);
    await same.context().close();

    // More than one page shows: it stops, says so, and goes on from there.
    await page.getByLabel("JSON pointer").fill("");
    await page.getByLabel("or any text").fill("customer");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByRole("button", { name: "Look further" }).waitFor();
    const first = await found.count();
    await page.getByRole("button", { name: "Look further" }).click();
    await searchedAll(page);
    expect(first + (await found.count())).toBe(523);

    await page.getByLabel("Type", { exact: true }).fill("course.enrolled");
    await page.getByLabel("or any text").fill("cus_1");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByText("Nothing found").waitFor();
    await page.context().close();
  },
  120_000,
);

testPage("no page runs what its policy forbids, asks another host, or throws", () => {
  expect(browser.faults).toEqual([]);
});
