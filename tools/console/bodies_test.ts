import { waitFor } from "@hookgate/testing";
import { expect } from "@jest/globals";
import { TOO_WIDE } from "./example_console.ts";
import { browser, example, served, testPage } from "./test_page.ts";

testPage(
  "a body of scripts and marks that turn text is shown, and does nothing",
  async () => {
    const page = await browser.open(`/events/${example.ids.hostile}`);
    const body = page.locator("section.body pre");
    await body.getByText("<script>document.title = 'taken'</script>").waitFor();
    expect(await body.locator("mark").allInnerTexts()).toEqual(["U+202E", "U+200B"]);
    expect(await page.locator("section.body img, section.body script").count()).toBe(0);
    expect(await page.title()).not.toBe("taken");
    await page.goto(`${served.url}/events/${example.ids.ansi}`);
    await body.getByText("not JSON").waitFor();
    expect(await body.locator("mark").allInnerTexts()).toEqual(["U+001B", "U+001B", "U+0007"]);
    await page.context().close();
  },
  60_000,
);

testPage(
  "a body is shown as its exact bytes beside text, a mebibyte in one line a part at a time",
  async () => {
    const page = await browser.open(`/events/${example.ids.binary}`);
    const body = page.locator("section.body pre");
    await body.waitFor();
    expect(await body.innerText()).toContain(
      "000030  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?",
    );
    await page.goto(`${served.url}/events/${example.ids.long}`);
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
    const page = await browser.open(`/events/${example.ids.paid}`);
    const copied = async (name: string) => {
      await page.getByRole("button", { name }).click();
      return page.evaluate<string>("navigator.clipboard.readText()");
    };
    const curl = await copied("Copy as curl");
    expect(curl).toMatch(/ 'content-type: application\/json'.*cus_1/);
    const { hostname } = new URL(served.url);
    expect(curl).toContain(`curl http://${hostname}:${served.apps.edgePort}/api/webhooks/academy `);
    const fixture = await copied("Copy as fixture");
    expect(JSON.parse(fixture).body.data).toEqual({ number: 0, customer: "redacted" });
    const handlerTest = await copied("Copy as test");
    expect(handlerTest).toContain("takes a payment.success");
    expect(handlerTest).toContain('from "./payments.ts"');
    await page.context().close();
  },
  60_000,
);

testPage(
  "types, errors and headers of others show every character, and do nothing",
  async () => {
    const note = "<i>x</i>\u202Egnp\u001b[31m";
    const id = await served.send({ type: "payment.<b>x</b>", data: { note } });
    const page = await browser.open(`/events/${id}`);
    const heading = page.locator("h1");
    expect(await heading.innerText()).toBe("payment.<b>x</b>");
    expect(await heading.locator("b").count()).toBe(0);
    const error = page.locator("pre.error").first();
    await error.waitFor();
    expect(await error.innerText()).toContain("<i>x</i>U+202EgnpU+001B[31m");
    expect(await error.locator("mark").allInnerTexts()).toEqual(["U+202E", "U+001B"]);
    await page.getByRole("link", { name: "Others that fail like this" }).click();
    await page.locator("h1.long mark").first().waitFor();
    expect(await page.locator("h1.long i").count()).toBe(0);
    await page.context().close();
  },
  60_000,
);

testPage("no page runs what its policy forbids, asks another host, or throws", () => {
  expect(browser.faults).toEqual([]);
});
