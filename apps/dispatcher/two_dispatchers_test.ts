import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureLocalToken } from "@hookgate/config";
import { captureToMessage, connectRpc, type RpcClient } from "@hookgate/rpc";
import { freePort, makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import type { CapturedEvent } from "@hookgate/types";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "@jest/globals";
import { newUri, testOnMongo } from "./store/suite/mongodb_fixtures.ts";

/** Events that one dispatcher owns when it is hit. */
const EVENTS = 10;

/** How long a handler takes, in milliseconds: long enough to be hit in the middle of it. */
const HANDLER_MS = 3_000;

/** A heartbeat is old after 8 s; the rest is for looking and for running again. */
const TAKEN_OVER_MS_MAX = 25_000;

interface Running {
  process: ChildProcess;
  opsPort: number;
  client: RpcClient;
  lines: string[];
}

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let uri = "";
const running: Running[] = [];

beforeAll(async () => {
  folder = await temporaryDirectory();
  writeFileSync(
    join(folder.path, "slow.ts"),
    `import { appendFileSync } from "node:fs";
    export async function handle(event, context) {
      appendFileSync(process.env.TEST_RUNS, event.id + "\\n");
      await new Promise((resolve) => setTimeout(resolve, ${HANDLER_MS}));
    }\n`,
  );
  writeFileSync(
    join(folder.path, "hookgate.config.ts"),
    `export default {
      sources: { academy: { provider: "generic", secrets: ["secret"] } },
      subscriptions: { slow: { events: ["*"], handler: "./slow.ts" } },
      handlerHosts: { count: 1 },
      handlerEnv: ["TEST_RUNS"],
    };\n`,
  );
  writeFileSync(
    join(folder.path, "streams.config.ts"),
    `export default {
      sources: { academy: { provider: "generic", secrets: ["secret"] } },
      subscriptions: { ordered: { events: ["*"], stream: true, orderBy: "/key" } },
    };\n`,
  );
});

beforeEach(() => {
  uri = newUri();
});

afterEach(async () => {
  for (const { process, client } of running.splice(0)) {
    client.close();
    if (process.exitCode !== null || process.signalCode !== null) continue;
    const exited = once(process, "exit");
    process.kill("SIGCONT");
    process.kill("SIGKILL");
    await exited;
  }
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

async function startDispatcher({ config = "hookgate.config.ts" } = {}): Promise<Running> {
  const address = `127.0.0.1:${await freePort()}`;
  const opsPort = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: {
      ...process.env,
      MONGODB_URI: uri,
      DATA_DIR: join(folder.path, "data"),
      HOOKGATE_CONFIG: join(folder.path, config),
      DISPATCHER_ADDRESS: address,
      DISPATCHER_OPS_PORT: String(opsPort),
      TEST_RUNS: join(folder.path, "runs"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", resolve);
  });
  const exited = once(child, "exit").then(() => {
    throw new Error(`the dispatcher did not start: ${lines.join("\n")}`);
  });
  exited.catch(() => {});
  await Promise.race([ready, exited]);
  const security = { token: ensureLocalToken(join(folder.path, "data")), tls: null };
  const client = connectRpc({ address, security });
  const dispatcher = { process: child, opsPort, client, lines };
  running.push(dispatcher);
  return dispatcher;
}

/** Captures events over one dispatcher, which then owns their deliveries. */
async function captureEvents(
  { client }: Running,
  events: readonly CapturedEvent[] = Array.from({ length: EVENTS }, () => makeEvent()),
): Promise<string[]> {
  const captures = events.map((event, number) => captureToMessage(number, event));
  const call = client.capture();
  let answers = 0;
  await new Promise<void>((resolve, reject) => {
    call.receive({
      message({ window, results }) {
        if (window) call.send({ captures });
        answers += results.length;
        const refused = results.find(({ outcome }) => outcome !== "CAPTURE_OUTCOME_STORED");
        if (refused) reject(new Error(`an event was not stored: ${refused.reason}`));
        if (answers === events.length) resolve();
      },
      end() {},
      error: reject,
    });
  });
  call.end();
  return events.map(({ id }) => id);
}

async function deliveriesOf({ client }: Running, ids: readonly string[]) {
  const details = await Promise.all(ids.map((id) => client.admin.getEvent({ id })));
  return details.flatMap(({ deliveries }) => deliveries);
}

async function waitForAll(dispatcher: Running, ids: readonly string[], state: string) {
  const reached = async () => {
    const deliveries = await deliveriesOf(dispatcher, ids);
    return deliveries.every((delivery) => delivery.state === `DELIVERY_STATE_${state}`);
  };
  await waitFor(reached, { timeoutMs: TAKEN_OVER_MS_MAX, what: `all deliveries to be ${state}` });
}

/** Waits until the handler was called with each event: a delivery that runs may wait for its host. */
async function waitForRuns(ids: readonly string[]) {
  await waitFor(() => runsOf(ids) === ids.length, { what: "the handler to be called for each" });
}

function runsOf(ids: readonly string[]): number {
  const lines = readFileSync(join(folder.path, "runs"), "utf8").split("\n");
  return lines.filter((line) => ids.includes(line)).length;
}

testOnMongo(
  "a dispatcher finishes what another owned that was killed",
  async () => {
    const first = await startDispatcher();
    const second = await startDispatcher();
    const ids = await captureEvents(first);
    await waitForRuns(ids);
    first.process.kill("SIGKILL");
    await waitForAll(second, ids, "DELIVERED");
    const deliveries = await deliveriesOf(second, ids);
    // An interruption is not the delivery's fault: nothing was charged for it.
    expect(deliveries.map(({ attempt }) => attempt)).toEqual(Array(EVENTS).fill(1));
    expect(runsOf(ids)).toBe(2 * EVENTS);
  },
  90_000,
);

testOnMongo(
  "a dispatcher that was frozen cannot write over what another did meanwhile",
  async () => {
    const first = await startDispatcher();
    const second = await startDispatcher();
    const ids = await captureEvents(first);
    await waitForRuns(ids);
    first.process.kill("SIGSTOP");
    await waitForAll(second, ids, "DELIVERED");
    const before = await deliveriesOf(second, ids);
    first.process.kill("SIGCONT");
    const fencedOff = () =>
      first.lines.filter((line) => line.includes("outcome not written")).length;
    const what = "the late outcomes to be fenced off";
    await waitFor(() => fencedOff() === EVENTS, { timeoutMs: TAKEN_OVER_MS_MAX, what });
    expect(await deliveriesOf(second, ids)).toEqual(before);
    expect(before.map(({ attempts }) => attempts.length)).toEqual(Array(EVENTS).fill(1));
    const more = await captureEvents(first);
    await waitForAll(first, more, "DELIVERED");
  },
  120_000,
);

/** Subscribes at one dispatcher, acknowledges everything, and notes what it is given. */
function subscribe({ client }: Running, subscription: string): { event: string; key: string }[] {
  const got: { event: string; key: string }[] = [];
  const call = client.subscribe();
  const nothing = { open: null, ackIds: [], nacks: [], extensions: [], drain: false };
  call.receive({
    message({ events }) {
      for (const { event } of events) {
        got.push({ event: event?.id ?? "", key: Buffer.from(event?.body ?? []).toString() });
      }
      call.send({ ...nothing, ackIds: events.map(({ ackId }) => ackId) });
    },
    end() {},
    error() {},
  });
  const open = {
    subscription,
    types: [],
    sources: [],
    startPosition: "START_POSITION_NOW",
    startTimeMs: 0,
    outstandingEventsMax: 0,
    outstandingBytesMax: 0,
    change: false,
  } as const;
  call.send({ ...nothing, open: { ...open, types: [], sources: [] } });
  return got;
}

testOnMongo(
  "a subscriber at one dispatcher has what arrives at the other, a key in its order, whichever is killed",
  async () => {
    const config = "streams.config.ts";
    const first = await startDispatcher({ config });
    const second = await startDispatcher({ config });
    const [atFirst, atSecond] = [subscribe(first, "ordered"), subscribe(second, "ordered")];
    const lone = subscribe(second, "lone");
    const keyed = () =>
      Array.from({ length: EVENTS }, (_, n) =>
        makeEvent({ body: Buffer.from(JSON.stringify({ key: n % 2, id: randomUUID() })) }),
      );
    await waitFor(
      async () => {
        const { subscriptions } = await second.client.admin.listSubscriptions({});
        const streams = Object.fromEntries(subscriptions.map((one) => [one.name, one.streams]));
        return streams["ordered"] === 2 && streams["lone"] === 1;
      },
      { what: "the streams to be opened" },
    );
    // The other one follows the set that has the new name within a second.
    await waitFor(
      async () => {
        const [event = ""] = await captureEvents(first, [makeEvent()]);
        return (await deliveriesOf(first, [event])).length === 2;
      },
      { what: "the new name at the other dispatcher" },
    );
    const ids = await captureEvents(first, keyed());
    await waitForAll(first, ids, "DELIVERED");
    const both = () => [...atFirst, ...atSecond].map(({ event }) => event);
    expect(both()).toEqual(expect.arrayContaining(ids));
    expect(lone.map(({ event }) => event)).toEqual(expect.arrayContaining(ids));
    first.process.kill("SIGKILL");
    const later = await captureEvents(second, keyed());
    await waitForAll(second, later, "DELIVERED");
    // Of each key what came to the one that is left came in the order it was sent.
    const inOrder = atSecond.map(({ event }) => event).filter((event) => later.includes(event));
    for (const key of [0, 1]) {
      const sent = later.filter((_, n) => n % 2 === key);
      expect(inOrder.filter((event) => sent.includes(event))).toEqual(sent);
    }
  },
  90_000,
);

/** The gauge of a subscription's backlog at one dispatcher; null if it has none. */
async function backlogGauge({ opsPort }: Running, subscription: string): Promise<number | null> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const found = new RegExp(
    `^hookgate_subscription_backlog\\{subscription="${subscription}"\\} (.*)$`,
    "m",
  );
  const [, value = null] = found.exec(await response.text()) ?? [];
  return value === null ? null : Number(value);
}

testOnMongo(
  "every dispatcher shows the streams that another one serves, and the latest count of a backlog",
  async () => {
    const config = "streams.config.ts";
    const first = await startDispatcher({ config });
    const second = await startDispatcher({ config });
    subscribe(second, "lone");
    for (const dispatcher of [first, second]) {
      const streams = async () => {
        const { subscriptions } = await dispatcher.client.admin.listSubscriptions({});
        return subscriptions.find(({ name }) => name === "lone")?.streams === 1;
      };
      await waitFor(streams, { timeoutMs: 30_000, what: "the stream to be seen" });
    }
    // Nobody reads it, so that what is captured waits.
    const ids = await captureEvents(first);
    const gauges = () => Promise.all([first, second].map((one) => backlogGauge(one, "ordered")));
    const counted = async () => (await gauges()).every((gauge) => gauge === ids.length);
    await waitFor(counted, { timeoutMs: 30_000, what: "the count at both dispatchers" });
    const more = await captureEvents(second);
    const recounted = async () =>
      (await gauges()).every((gauge) => gauge === ids.length + more.length);
    // A count that took long is repeated after a minute at the latest.
    await waitFor(recounted, { timeoutMs: 80_000, what: "the next count at both dispatchers" });
  },
  180_000,
);
