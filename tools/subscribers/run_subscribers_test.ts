import { expect, test } from "@jest/globals";
import { runSubscribers } from "./run_subscribers.ts";

test("three names with two subscribers each handle 3,000 events, although one is killed and one frozen", async () => {
  const { handled, problems } = await runSubscribers({ events: 3_000, report() {} });
  expect(problems).toEqual([]);
  expect(handled).toEqual({ audit: 3_000, books: 3_000, crm: 3_000 });
}, 180_000);
