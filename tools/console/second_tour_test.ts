import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { expect } from "@jest/globals";
import { chromium, rowsAre } from "./example_console.ts";
import { openBrowser } from "./open_browser.ts";
import { openConsole, SECRET } from "./open_console.ts";
import { testPage } from "./test_page.ts";

/** The tour promises less than a minute; most of it is what a person reads and types. */
const TOUR_MS_MAX = 60_000;

const BROKEN = `export function handle() { throw new Error("the ledger is closed"); }\n`;
const MENDED = "export function handle() {}\n";

testPage(
  "the second tour in the console: find it, mend it, probe one, replay the rest, see them delivered",
  async () => {
    await using running = new AsyncDisposableStack();
    const served = running.use(
      await openConsole({
        config: (folder) => `{
          sources: { academy: { provider: "generic", secrets: ["${SECRET}"] } },
          subscriptions: {
            // Has the same events, which wait: the tour is about the other one.
            analytics: { events: ["*"], stream: true },
            course_enrolled: {
              events: ["course.*"],
              handler: "${folder}/course_enrolled.ts",
              retry: { maxAttempts: 1, backoff: { initial: 10, factor: 1, maxDelay: 10 } },
            },
          },
        }`,
        files: { "course_enrolled.ts": BROKEN },
      }),
    );
    const browser = running.use(await openBrowser(chromium ?? "", served.url));
    for (const n of [1, 2, 3]) await served.send({ type: "course.enrolled", data: { n } });
    const count = async (state: string) =>
      (await served.read<{ events: unknown[] }>(`/api/v1/list-events?state=${state}`)).events
        .length;
    await waitFor(async () => (await count("dead")) === 3, {
      what: "three dead",
      timeoutMs: 30_000,
    });

    const startedAt = performance.now();
    const page = await browser.open("/");
    await page.getByRole("heading", { name: "Look at handler course_enrolled" }).waitFor();
    await page.getByRole("link", { name: "the ledger is closed" }).click();
    await page.getByText("handle (course_enrolled.ts:1)", { exact: true }).waitFor();
    await writeFile(join(served.folder, "course_enrolled.ts"), MENDED);
    served.reload();
    await waitFor(() => reloaded(served), { what: "the mended handler", timeoutMs: 30_000 });
    const panel = page.getByRole("dialog");
    await page.getByRole("button", { name: "Replay all of it" }).click();
    await panel.getByText("3 deliveries").waitFor();
    await panel.getByLabel("Reason").fill("the ledger is open again");
    await panel.getByRole("button", { name: "Try one first" }).click();
    await panel.getByText(/One first:.*delivered/).waitFor();
    await panel.getByText("2 deliveries").waitFor();
    await panel.getByRole("button", { name: "Replay the rest" }).click();
    await page.getByRole("link", { name: "See what comes of it" }).click();
    await rowsAre(page, 3);
    await waitFor(async () => (await page.locator(".state.delivered").count()) === 3, {
      what: "three delivered",
      timeoutMs: 20_000,
    });
    expect(performance.now() - startedAt).toBeLessThan(TOUR_MS_MAX);

    expect([await count("delivered"), await count("dead")]).toEqual([3, 0]);
    // Nothing is dead any more, though the failure still counts what was.
    await page.reload();
    await page.locator("nav .number").waitFor({ state: "detached" });
    expect(await page.title()).toBe("Events · Hookgate");
    expect(browser.faults).toEqual([]);
  },
  150_000,
);

async function reloaded(served: Awaited<ReturnType<typeof openConsole>>): Promise<boolean> {
  const { changes } = await served.read<{ changes: { kind: string }[] }>("/api/v1/list-changes");
  return changes.some(({ kind }) => kind === "reload");
}
