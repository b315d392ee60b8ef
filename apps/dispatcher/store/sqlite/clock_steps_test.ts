import { fakeClock, makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { recordingLog } from "../../suite/recording_log.ts";
import { sampleSubscription } from "../../suite/sample_claimed.ts";
import { openSqliteStore } from "./sqlite_store.ts";

const HOUR = 3_600_000;
const WAIT_MS = 30_000;

/** A store with one delivery that waits, and its machine's clock. */
async function storeOneWaiting() {
  const folder = await temporaryDirectory();
  const wall = fakeClock({ now: Date.now() });
  const monotonic = fakeClock({ now: 0 });
  const { log, lines } = recordingLog();
  const clocks = { wall: wall.now, monotonic: monotonic.now };
  const open = () => openSqliteStore({ dataDir: folder.path, dispatcherId: "d", clocks, log });
  const store = await open();
  const { revision } = await store.publishSubscriptions([sampleSubscription({ name: "one" })]);
  const claim = { dispatcherId: "d", token: "1" };
  const id = newId("dlv");
  const delivery = { id, subscription: "one", claim, orderKey: null };
  await store.commit([{ event: makeEvent(), deliveries: [delivery], skipped: [] }], { revision });
  const nextAttemptAt = store.now() + WAIT_MS;
  await store.settle([
    {
      deliveryId: id,
      source: "academy",
      type: "course.enrolled",
      subscription: "one",
      claim,
      next: { state: "waiting", nextAttemptAt },
      attempt: null,
      failure: null,
      interruptions: 0,
      suspect: false,
      order: null,
    },
  ]);
  await store.heartbeat("d", []);
  const dueInMs = async (of = store) => {
    const [due = Number.NaN] = [await of.nextDueAt(["one"])];
    return (due ?? Number.NaN) - of.now();
  };
  const dispose = async () => {
    await store.close();
    await folder[Symbol.asyncDispose]();
  };
  return { store, open, wall, lines, dueInMs, [Symbol.asyncDispose]: dispose };
}

test.each([HOUR, -HOUR, 24 * HOUR, -24 * HOUR])(
  "a delivery waits as long as before when the clock steps by %d ms",
  async (stepMs) => {
    await using gateway = await storeOneWaiting();
    expect(await gateway.dueInMs()).toBe(WAIT_MS);
    gateway.wall.advance(stepMs);
    await waitFor(() => gateway.lines.some(({ fields }) => fields["stepMs"] === stepMs), {
      timeoutMs: 5_000,
      what: "the step to be seen",
    });
    expect(gateway.store.now()).toBe(gateway.wall.now());
    expect(await gateway.dueInMs()).toBe(WAIT_MS);
    expect(gateway.store.clockSteps()).toBe(stepMs);
  },
);

test("a delivery waits as long as before when the clock was set back while nobody ran", async () => {
  await using gateway = await storeOneWaiting();
  await gateway.store.close();
  gateway.wall.advance(-HOUR);
  const again = await gateway.open();
  expect(await gateway.dueInMs(again)).toBe(WAIT_MS);
  await again.close();
});
