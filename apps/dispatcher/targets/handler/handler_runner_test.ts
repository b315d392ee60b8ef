import { setImmediate as turn } from "node:timers/promises";
import { waitFor } from "@hookgate/testing";
import type { Handler } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { type FromHost, type HostAttempt, type HostResult, SHARED } from "./handler_message.ts";
import { HandlerRunner } from "./handler_runner.ts";

type Modules = Record<string, () => Promise<Record<string, unknown>>>;

/** A runner that talks to the test, over modules that the test made, with a clock that the test may push on. */
function bench(
  modules: Modules,
  options: { importMsMax?: number; now?: () => number; starved?: () => number } = {},
) {
  const sent: FromHost[] = [];
  let skewMs = 0;
  const shared = new Int32Array(Object.keys(SHARED).length);
  const runner = new HandlerRunner({
    send: (message) => sent.push(message),
    importModule: async (path) => {
      const load = modules[path];
      if (!load) throw new Error("no such file");
      return load();
    },
    now: () => performance.now() + skewMs,
    busy: () => 0.5,
    shared,
    ...options,
  });
  const results = () => {
    const answers = sent.flatMap((message) => (message.kind === "output" ? message.results : []));
    return new Map(answers.map(([key, result]) => [key, result]));
  };
  const block = (delayMs: number) => {
    skewMs += delayMs;
  };
  const answered = (count: number) => {
    return waitFor(() => results().size >= count, { what: `${count} results` });
  };
  return { runner, sent, results, answered, block, shared };
}

function module(handle: Handler): () => Promise<Record<string, unknown>> {
  return async () => ({ handle });
}

function attempt(key: number, path: string, options: Partial<HostAttempt> = {}): HostAttempt {
  const event = {
    id: `evt_${key}`,
    source: "academy",
    provider: "generic",
    type: "course.enrolled",
    receivedAt: 0,
    headers: new Uint8Array(),
    body: Buffer.from('{"data":5}'),
    flags: [],
  };
  const deliveryId = `dlv_${key}`;
  return {
    key,
    subscription: path,
    path,
    timeoutMs: 30_000,
    deliveryId,
    number: 1,
    event,
    ...options,
  };
}

function beat(runner: HandlerRunner, sent: FromHost[]): FromHost | undefined {
  runner.beat();
  return sent.at(-1);
}

test("HandlerRunner hands over the event and answers a batch with one message", async () => {
  const seen: unknown[] = [];
  const modules = {
    a: module((event, context) => {
      seen.push([
        event.id,
        event.data,
        context.deliveryId,
        context.attempt,
        context.signal.aborted,
      ]);
    }),
  };
  // A batch that takes long is answered in parts.
  const { runner, sent, answered } = bench(modules, { now: () => 0 });
  const attempts = [attempt(1, "a"), attempt(2, "a", { number: 3 })];
  runner.receive({ kind: "run", attempts });
  await answered(2);
  expect(seen).toEqual([
    ["evt_1", 5, "dlv_1", 1, false],
    ["evt_2", 5, "dlv_2", 3, false],
  ]);
  expect(sent).toEqual([
    { kind: "importing", path: "a", key: 1 },
    { kind: "imported", path: "a", ok: true, sha256: "" },
    {
      kind: "output",
      results: [
        [1, { kind: "succeeded" }],
        [2, { kind: "succeeded" }],
      ],
      lines: [],
    },
  ]);
});

test.each<[string, Modules[string] | undefined, RegExp]>([
  ["a module that is not there", undefined, /^Cannot import the handler a: Error: no such file/],
  ["a module without handle", async () => ({}), /exports no function named handle$/],
  [
    "a handle that is no function",
    async () => ({ handle: 5 }),
    /exports no function named handle$/,
  ],
  ["a handler that throws", module(() => Promise.reject("why")), /^why$/],
  ["a handler that throws at once", module(() => JSON.parse("{")), /^SyntaxError: /],
])("HandlerRunner fails the attempt for %s", async (_name, load, expected) => {
  const { runner, results, answered } = bench(load ? { a: load } : {});
  runner.receive({ kind: "run", attempts: [attempt(1, "a")] });
  await answered(1);
  const error = expect.stringMatching(expected);
  expect(results().get(1)).toEqual({ kind: "failed", error, permanent: false, frame: "" });
});

test("HandlerRunner gives up on an import that does not end, and takes it when it does", async () => {
  const loading = Promise.withResolvers<Record<string, unknown>>();
  const { runner, sent, results, answered } = bench(
    { a: () => loading.promise },
    { importMsMax: 5 },
  );
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "a")] });
  await answered(2);
  expect(results().get(2)).toMatchObject({ kind: "failed", error: expect.stringMatching(/5 ms/) });
  expect(sent).toContainEqual({ kind: "imported", path: "a", ok: false, sha256: "" });

  loading.resolve({ handle() {} });
  await waitFor(() => sent.at(-1)?.kind === "imported", { what: "the import" });
  runner.receive({ kind: "run", attempts: [attempt(3, "a")] });
  await answered(3);
  expect(results().get(3)).toEqual({ kind: "succeeded" });
});

test("HandlerRunner frees the slot of a handler that never ends, and counts it", async () => {
  const ending = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  const { runner, sent, results, answered } = bench({
    a: module((_event, context) => {
      signal = context.signal;
      return ending.promise;
    }),
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a", { timeoutMs: 5 })] });
  await answered(1);
  const error = "not done after 5 ms";
  expect(results().get(1)).toEqual({ kind: "timed_out", error, blocked: false, starved: false });
  expect(signal?.reason).toMatchObject({ name: "TimeoutError" });
  expect(beat(runner, sent)).toMatchObject({ kind: "beat", abandoned: 1 });

  ending.reject(new Error("too late"));
  await turn();
  expect(beat(runner, sent)).toMatchObject({ kind: "beat", abandoned: 0 });
  expect(results().size).toBe(1);
});

test("HandlerRunner does not charge a handler for a pause of its host", async () => {
  const { runner, results, answered } = bench({
    // As if it awaited bytes that come during the pause: after it, timers come before sockets.
    a: module(() => new Promise((resolve) => setTimeout(() => setImmediate(resolve), 20))),
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a", { timeoutMs: 500 })] });
  await turn();
  await turn();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  await answered(1);
  expect(results().get(1)).toEqual({ kind: "succeeded" });
});

test("HandlerRunner says when a timeout may be a neighbour's fault", async () => {
  const { runner, results, answered, block } = bench({
    slow: module(() => new Promise(() => {})),
    hog: module(() => block(1_000)),
  });
  const attempts = [attempt(1, "slow", { timeoutMs: 50 }), attempt(2, "hog")];
  runner.receive({ kind: "run", attempts });
  await answered(2);
  expect(results().get(1)).toMatchObject({ kind: "timed_out", blocked: true });
});

test("HandlerRunner says when its host had no core: that is neither a handler's fault nor a late heartbeat", async () => {
  let starvedMs = 5_000;
  const { runner, sent, results, answered, block } = bench(
    {
      slow: module(() => new Promise(() => {})),
      starves: module(() => {
        block(1_000);
        starvedMs += 990;
      }),
    },
    { starved: () => starvedMs },
  );
  const attempts = [attempt(1, "slow", { timeoutMs: 50 }), attempt(2, "starves")];
  runner.receive({ kind: "run", attempts });
  await answered(2);
  expect(results().get(1)).toMatchObject({ kind: "timed_out", starved: true });
  const late = beat(runner, sent);
  expect(late?.kind === "beat" && late.lagMs).toBeLessThan(250);
  runner.receive({ kind: "run", attempts: [attempt(3, "slow", { timeoutMs: 50 })] });
  await answered(3);
  expect(results().get(3)).toMatchObject({ kind: "timed_out", starved: false });
});

test("HandlerRunner lets the loop turn between handlers that take long", async () => {
  const order: string[] = [];
  const { runner, answered, block } = bench({
    a: module((event) => {
      order.push(event.id);
      setImmediate(() => order.push("turn"));
      block(20);
    }),
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "a")] });
  await answered(2);
  expect(order.slice(0, 3)).toEqual(["evt_1", "turn", "evt_2"]);
});

test("HandlerRunner has sent what ended before it begins the next slice", async () => {
  let sentBefore: HostResult | undefined;
  const { runner, results, answered, block } = bench({
    a: module(() => block(20)),
    b: module(() => {
      sentBefore = results().get(1);
    }),
  });
  runner.receive({ kind: "run", attempts: [attempt(9, "a"), attempt(8, "b")] });
  await answered(2);
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "b")] });
  await answered(4);
  expect(sentBefore).toEqual({ kind: "succeeded" });
});

test("HandlerRunner ends everything when it is asked to", async () => {
  const importing = Promise.withResolvers<Record<string, unknown>>();
  const gate = Promise.withResolvers<void>();
  const { runner, results, answered } = bench({
    obeys: module((_event, { signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    }),
    ends: module(() => gate.promise),
    parked: () => importing.promise,
  });
  const attempts = [attempt(1, "obeys"), attempt(2, "ends"), attempt(3, "parked")];
  runner.receive({ kind: "run", attempts });
  await turn();
  await turn();
  runner.receive({ kind: "run", attempts: [attempt(4, "ends")] });
  runner.receive({ kind: "abort" });
  gate.resolve();
  await answered(4);
  expect(results()).toEqual(
    new Map<number, HostResult>([
      [1, { kind: "interrupted" }],
      [2, { kind: "succeeded" }],
      [3, { kind: "not_started" }],
      [4, { kind: "not_started" }],
    ]),
  );
  runner.receive({ kind: "run", attempts: [attempt(5, "ends")] });
  await answered(5);
  expect(results().get(5)).toEqual({ kind: "not_started" });
  importing.resolve({});
});

test("HandlerRunner passes log lines on with their ids", async () => {
  const { runner, sent, answered } = bench({
    a: module((_event, { log }) => log.info("hello", { n: 1 })),
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a")] });
  await answered(1);
  const lines = sent.flatMap((message) => (message.kind === "output" ? message.lines : []));
  const ids = { eventId: "evt_1", deliveryId: "dlv_1" };
  expect(lines).toEqual([{ level: "info", message: "hello", fields: '{"n":1}', ...ids }]);
});

test("HandlerRunner does not start what was recalled, and answers what the watchdog saw start", async () => {
  const begun: string[] = [];
  const { runner, sent, results, answered, shared, block } = bench({
    a: module((event) => {
      begun.push(event.id);
      if (event.id === "evt_2") {
        block(20);
        // As the watchdog does while this blocks the loop.
        Atomics.store(shared, SHARED.recalled, 1);
      }
    }),
  });
  // What waits for its module counts as started.
  runner.receive({ kind: "run", attempts: [attempt(1, "a")] });
  await answered(1);
  runner.receive({ kind: "run", attempts: [attempt(2, "a"), attempt(3, "a")] });
  await answered(2);
  runner.receive({ kind: "run", attempts: [attempt(4, "a")] });
  await turn();
  expect(Atomics.load(shared, SHARED.started)).toBe(2);
  runner.receive({ kind: "resume" });
  expect(sent.at(-1)).toMatchObject({ kind: "beat" });
  runner.receive({ kind: "run", attempts: [attempt(5, "a")] });
  await answered(3);
  expect(begun).toEqual(["evt_1", "evt_2", "evt_5"]);
  expect([...results().keys()]).toEqual([1, 2, 5]);
  expect(beat(runner, sent)).toMatchObject({ waitingFrom: null });
});

test("HandlerRunner answers an attempt that was recalled just as it started", async () => {
  const { runner, results, answered, shared } = bench({ a: module(() => {}) });
  runner.receive({ kind: "run", attempts: [attempt(1, "a")] });
  await answered(1);
  const load = Atomics.load;
  // Between the two looks of one start.
  let looks = 0;
  Atomics.load = ((array: Int32Array, index: number) => {
    if (index === SHARED.recalled) looks += 1;
    return looks > 1 && index === SHARED.recalled ? 1 : load(array, index);
  }) as typeof Atomics.load;
  try {
    runner.receive({ kind: "run", attempts: [attempt(2, "a")] });
    await answered(2);
  } finally {
    Atomics.load = load;
  }
  expect(results().get(2)).toEqual({ kind: "not_started" });
  expect(load(shared, SHARED.started)).toBe(2);
});

test("HandlerRunner tells in which attempt's context code runs, later ones too", async () => {
  const seen: unknown[] = [];
  const { runner, answered } = bench({
    a: module(async () => {
      seen.push(runner.culprit());
      await turn();
      seen.push(runner.culprit());
      setImmediate(() => seen.push(runner.culprit()));
    }),
  });
  expect(runner.culprit()).toBeNull();
  runner.receive({ kind: "run", attempts: [attempt(1, "a")] });
  await answered(1);
  await waitFor(() => seen.length === 3, { what: "three looks" });
  const culprit = { key: 1, subscription: "a" };
  expect(seen).toEqual([culprit, culprit, culprit]);
});

test("HandlerRunner tells whose module is imported in a context, until it is", async () => {
  const seen: unknown[] = [];
  const look = () => seen.push(runner.culprit());
  const imported = Promise.withResolvers<void>();
  const { runner, answered } = bench({
    a: async () => {
      look();
      await turn();
      look();
      void imported.promise.then(look);
      return { handle() {} };
    },
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "a")] });
  await answered(2);
  imported.resolve();
  await waitFor(() => seen.length === 3, { what: "three looks" });
  const culprit = { key: 1, subscription: "a" };
  // What an import leaves behind may be used by all that import the same.
  expect(seen).toEqual([culprit, culprit, null]);
});

test("HandlerRunner begins a turn with each attempt: what blocks then is no module that was loaded for it", async () => {
  const seen: number[] = [];
  const { runner, answered, shared } = bench({
    a: async () => {
      // As the hook of the host does.
      Atomics.store(shared, SHARED.loadedAt, Atomics.load(shared, SHARED.turns));
      return { handle: () => seen.push(Atomics.load(shared, SHARED.turns)) };
    },
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "a")] });
  await answered(2);
  const loadedAt = Atomics.load(shared, SHARED.loadedAt);
  expect(seen).toEqual([loadedAt + 1, loadedAt + 2]);
});

test("HandlerRunner shows the watchdog which handler was called, until that returns or throws", async () => {
  const seen: number[] = [];
  const look = () => seen.push(Atomics.load(shared, SHARED.called));
  const { runner, answered, shared } = bench({
    a: module(async (event) => {
      look();
      if (event.id === "evt_1") await turn();
      look();
    }),
    b: module(() => {
      look();
      throw new Error("at once");
    }),
  });
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "a"), attempt(3, "b")] });
  await answered(3);
  look();
  expect(seen.toSorted()).toEqual([0, 0, 1, 2, 2, 3]);
});

test("HandlerRunner imports what it is to prepare, and imports it anew for an attempt if that failed", async () => {
  let imports = 0;
  const { runner, sent, results, answered } = bench({
    a: module(() => {}),
    b: async () => {
      imports += 1;
      throw new Error("not here");
    },
  });
  for (const path of ["a", "b"]) runner.receive({ kind: "prepare", subscription: path, path });
  const imported = () => sent.filter(({ kind }) => kind === "imported").length;
  await waitFor(() => imported() === 2, { what: "both imports" });
  expect(sent).toContainEqual({ kind: "importing", path: "a", key: 0 });
  runner.receive({ kind: "prepare", subscription: "a", path: "a" });
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "b")] });
  await answered(2);
  expect([imports, imported()]).toEqual([2, 3]);
  expect(results().get(1)).toEqual({ kind: "succeeded" });
  expect(results().get(2)).toMatchObject({ kind: "failed" });
  expect(sent).toContainEqual({ kind: "importing", path: "b", key: 2 });
});

test("HandlerRunner is not busy while it has no core", () => {
  let starvedMs = 0;
  const { runner, sent, block } = bench({}, { starved: () => starvedMs });
  runner.beat();
  block(249);
  starvedMs = 100;
  const { busy } = beat(runner, sent) as { busy: number };
  // Half of the time by its own account, of which it has waited for two fifths of all time.
  expect(busy).toBeGreaterThan(0.05);
  expect(busy).toBeLessThan(0.15);
});

test("HandlerRunner says in its heartbeat what has not started", async () => {
  const importing = Promise.withResolvers<Record<string, unknown>>();
  const { runner, sent, answered } = bench({ a: () => importing.promise });
  runner.receive({ kind: "run", attempts: [attempt(1, "a"), attempt(2, "a")] });
  await turn();
  expect(beat(runner, sent)).toMatchObject({ waitingFrom: 1, busy: 0.5 });
  importing.resolve({ handle() {} });
  await answered(2);
  expect(beat(runner, sent)).toMatchObject({ waitingFrom: null });
});
