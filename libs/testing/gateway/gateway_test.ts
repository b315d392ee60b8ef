import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HandlerContext, HandlerEvent } from "@hookgate/types";
import { expect, jest, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary_directory.ts";
import { waitFor } from "../wait_for.ts";
import { durationMs } from "./duration_ms.ts";
import { gateway } from "./gateway.ts";

test("gateway() delivers what is sent to functions of the test, signed as its provider would", async () => {
  const refunded = jest.fn<(event: HandlerEvent, context: HandlerContext) => void>();
  await using hooks = await gateway({ handlers: { "payment.*": refunded } });
  const event = await hooks.send("stripe", "charge.refunded", { object: { id: "ch_1" } });
  const [delivery] = await hooks.delivered(event);
  expect(delivery).toMatchObject({ subscription: "payment_any", state: "delivered", attempt: 1 });
  const [got, context] = refunded.mock.calls[0] ?? [];
  expect(got).toMatchObject({ id: event.id, type: "payment.refunded", source: "stripe" });
  expect(got?.data).toMatchObject({ type: "charge.refunded", data: { object: { id: "ch_1" } } });
  expect(got?.receivedAt).toBeInstanceOf(Date);
  expect(context).toMatchObject({ deliveryId: delivery?.id, attempt: 1 });

  const push = await hooks.send("github", "push", { ref: "refs/heads/next" });
  await expect(hooks.delivered(push)).rejects.toThrow("no subscription wanted it");
  // A key pair, a certificate to be fetched, a 200 of its own: none of it is the test's business.
  const others = {
    discord: "APPLICATION_AUTHORIZED",
    aws_sns: "Notification",
    twilio: "call.ringing",
  };
  for (const [id, type] of Object.entries(others)) {
    expect(await hooks.send(id, type)).toEqual({
      id: expect.stringMatching(/^evt_/),
      duplicate: false,
    });
  }
  await expect(hooks.send("meta", "x")).rejects.toThrow(
    "name it in `sources`, with its verify_token",
  );
  expect(refunded).toHaveBeenCalledTimes(1);
}, 60_000);

test("clock.advance() makes retries due, and those that follow, and no others", async () => {
  let failures = 3;
  const attempts: number[] = [];
  await using hooks = await gateway({
    handlers: {
      "course.enrolled": (_event, { attempt }) => {
        attempts.push(attempt);
        failures -= 1;
        if (failures >= 0) throw new Error("the ledger is down");
      },
      "payment.failed": () => {
        throw Object.assign(new Error("never"), { retry: false });
      },
    },
  });
  const event = await hooks.send("generic", "course.enrolled", { courseId: "c1" });
  const state = async () => (await hooks.deliveries(event))[0]?.state;
  const what = "the first attempt to fail";
  await waitFor(async () => (await state()) === "waiting", { what, timeoutMs: 20_000 });
  await expect(hooks.delivered(event, { timeoutMs: 500 })).rejects.toThrow(
    /is waiting, attempt 1 failed: .*the ledger is down.*clock\.advance\(\)/,
  );
  await hooks.clock.advance("100ms");
  expect(attempts).toEqual([1]);
  await hooks.clock.advance("1d");
  expect(attempts).toEqual([1, 2, 3, 4]);
  await hooks.delivered(event);

  const dead = await hooks.send("generic", "payment.failed");
  await expect(hooks.delivered(dead)).rejects.toThrow(/is dead.*never/);
  expect((await hooks.deliveries(dead))[0]).toMatchObject({ state: "dead", attempt: 1 });
}, 60_000);

test("gateway() runs a configuration with its handlers' files as production does", async () => {
  await using folder = await temporaryDirectory();
  await writeFile(
    join(folder.path, "hookgate.config.mts"),
    `import { defineConfig } from "hookgate/config";
    export default defineConfig({
      sources: { academy: { provider: "generic", secrets: ["0f1e2d3c4b5a69788796a5b4c3d2e1f0"] } },
      subscriptions: {
        typed: { events: ["course.*"], handler: "./typed.ts" },
        common: { events: ["course.*"], handler: "./common.cjs" },
      },
    });`,
  );
  await writeFile(
    join(folder.path, "typed.ts"),
    `import type { HandlerEvent } from "hookgate/types";
    import { PermanentError } from "hookgate/types";
    export function handle(event: HandlerEvent<{ n: number }>): void {
      if (event.data.n !== 1) throw new PermanentError("not one");
    }`,
  );
  await writeFile(
    join(folder.path, "common.cjs"),
    `const { PermanentError } = require("hookgate/types");
    exports.handle = async ({ data }) => { if (data.n !== 1) throw new PermanentError("not one"); };`,
  );
  await using hooks = await gateway({ config: join(folder.path, "hookgate.config.mts") });
  const event = await hooks.send("academy", "course.enrolled", { n: 1 });
  expect(await hooks.delivered(event)).toHaveLength(2);
  const other = await hooks.send("academy", "course.enrolled", { n: 2 });
  await expect(hooks.delivered(other)).rejects.toThrow("is dead");
  await expect(hooks.send("stripe", "charge.refunded")).rejects.toThrow('no source is "stripe"');
}, 60_000);

test("gateway() says what is wrong, and leaves nothing behind", async () => {
  const handlers = { "course.*": "/nowhere/handler.ts" };
  await expect(gateway({ config: "x.ts", handlers })).rejects.toThrow("already says its sources");
  await expect(gateway({ config: "/nowhere/x.ts" })).rejects.toThrow(
    "/nowhere/x.ts does not exist",
  );
  const hooks = await gateway();
  await expect(hooks.send("nobody", "x")).rejects.toThrow(
    'neither a source nor a provider "nobody"',
  );
  await hooks.close();
  await hooks.close();
  await expect(hooks.send("generic", "x")).rejects.toThrow("the gateway has ended");
  await expect(fetch(hooks.url)).rejects.toThrow();
}, 60_000);

test("durationMs() reads spans, and nothing else", () => {
  expect(["500ms", "30s", "5m", "1.5h", "1d", 20].map(durationMs)).toEqual([
    500, 30_000, 300_000, 5_400_000, 86_400_000, 20,
  ]);
  for (const wrong of ["5", "5 m", "-1s", "", -1, Number.NaN]) {
    expect(() => durationMs(wrong)).toThrow(RangeError);
  }
});
