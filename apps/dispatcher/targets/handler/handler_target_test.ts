import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { afterAll, expect, jest, test } from "@jest/globals";
import { recordingLog } from "../../suite/recording_log.ts";
import { resultOf, sampleClaimed } from "../../suite/sample_claimed.ts";
import type { SubscriptionOf, TargetResult } from "../target.ts";
import { HandlerTarget, type HandlerTargetOptions } from "./handler_target.ts";
import { HandlerFiles } from "./suite/handler_files.ts";
import { isAlive } from "./suite/is_alive.ts";

// Real processes, on machines that may be busy.
jest.setTimeout(60_000);

const MEBIBYTE = 1024 ** 2;
/** A stall ends the host after one second where the timeout is no longer than that. */
const STALL = { timeoutMs: 1_000 };
/** It ends it after three seconds: on a busy machine it takes a moment to find out who it was. */
const BLOCKS = { timeoutMs: 3_000 };
const NEVER = "return new Promise(() => {});";

const files = new HandlerFiles();
/** Hosts start in a third of the time. */
const ENV = { NODE_COMPILE_CACHE: join(files.dir, "compiled") };
afterAll(() => files[Symbol.dispose]());

/** A target that runs for one test, and what it logs. */
async function withTarget(
  work: (target: HandlerTarget, lines: ReturnType<typeof recordingLog>["lines"]) => Promise<void>,
  options: Partial<HandlerTargetOptions> = {},
): Promise<void> {
  const { log, lines } = recordingLog();
  const hosts = { count: 1, memoryBytesMax: 256 * MEBIBYTE, env: ENV };
  const target = new HandlerTarget({ hosts, log, ...options });
  target.start();
  try {
    await work(target, lines);
  } finally {
    await target.close({ graceMs: 0 });
  }
}

type Handler = SubscriptionOf<"handler">;

/** The subscriptions that were given a host of their own, and whether each was at fault. */
function accusationsIn(lines: ReturnType<typeof recordingLog>["lines"]): unknown[][] {
  const all = lines.filter(({ message }) => message.includes("host of its own for a while"));
  return all.map(({ fields }) => [fields["subscription"], fields["atFault"]]);
}

function attempt(
  target: HandlerTarget,
  subscription: Handler,
  { alone = false }: { alone?: boolean } = {},
): Promise<TargetResult> {
  return resultOf(target.attempt(sampleClaimed(), subscription, { number: 1, alone }));
}

function handler(name: string, body: string, options: Partial<Handler> = {}): Handler {
  const source = `export async function handle(event, context) { ${body} }`;
  return files.write(name, source, options);
}

const OK = handler("ok", "");

test("HandlerTarget runs a handler outside the clone, with the exact bytes", async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const subscription = files.write(
    "bytes",
    `import { createHash } from "node:crypto";
     import { type HandlerContext, type HandlerEvent, PermanentError } from "@hookgate/types";
     export function handle(event: HandlerEvent, { log, attempt, deliveryId }: HandlerContext) {
       if (typeof PermanentError !== "function") throw new Error("no types");
       const digest = createHash("sha256").update(event.body).digest("hex");
       const plain = event.body.constructor === Uint8Array && event.receivedAt instanceof Date;
       log.warn("seen", { digest, plain, attempt, deliveryId, send: typeof process.send });
     }`,
  );
  await withTarget(async (target, lines) => {
    const claimed = sampleClaimed({ event: { body, type: "unknown" } });
    const result = await resultOf(
      target.attempt(claimed, subscription, { number: 4, alone: false }),
    );
    expect(result).toEqual({ kind: "succeeded" });
    const digest = createHash("sha256").update(body).digest("hex");
    const { id } = claimed.delivery;
    const fields = { digest, plain: true, attempt: 4, deliveryId: id, send: "undefined" };
    const expected = { event: claimed.event.id, delivery: id, fields };
    expect(lines).toEqual([{ level: "warn", message: "seen", fields: expected }]);
  });
});

test("HandlerTarget tells how handlers fail, and their host lives on", async () => {
  const permanent = files.write(
    "permanent",
    `import { PermanentError } from "@hookgate/types";
     export function handle() { throw new PermanentError("never"); }`,
  );
  const cases: [Handler, object][] = [
    [handler("throws", 'throw new TypeError("bad");'), failed(/^TypeError: bad \(at handle /)],
    [handler("rejects", 'return Promise.reject("why");'), failed(/^why$/)],
    [handler("throws_null", "throw null;"), failed(/^null was thrown$/)],
    [handler("no_retry", 'throw { message: "m", retry: false };'), failed(/^Error: m$/, true)],
    [permanent, failed(/^PermanentError: never/, true)],
    [files.write("syntax", "export function handle( {"), failed(/^Cannot import .* SyntaxError/)],
    [files.write("nothing", "export {};"), failed(/exports no function named handle$/)],
    [files.write("import_throws", 'throw new Error("top");'), failed(/^Cannot import .*top/)],
    [{ ...OK, target: { kind: "handler", path: "/no/such.ts" } }, failed(/ERR_MODULE_NOT_FOUND/)],
    [
      handler("never", NEVER, { timeoutMs: 20 }),
      { kind: "timed_out", error: "not done after 20 ms" },
    ],
    [OK, { kind: "succeeded" }],
  ];
  await withTarget(async (target) => {
    await attempt(target, OK);
    const pids = target.pids;
    for (const [subscription, expected] of cases) {
      expect(await attempt(target, subscription)).toEqual(expected);
    }
    expect(target.pids).toEqual(pids);
  });
});

function failed(error: RegExp, permanent = false): object {
  return { kind: "failed", error: expect.stringMatching(error), permanent };
}

test("HandlerTarget makes 1,000 attempts at once, and none waits for a slow one", async () => {
  await withTarget(
    async (target) => {
      const slow = attempt(target, handler("slow", NEVER));
      const all = Array.from({ length: 1_000 }, () => attempt(target, OK));
      const results = await Promise.all(all);
      expect(results.filter(({ kind }) => kind === "succeeded")).toHaveLength(1_000);
      await target.close({ graceMs: 0 });
      expect(await slow).toEqual({ kind: "interrupted" });
    },
    { hosts: { count: 2, memoryBytesMax: 512 * MEBIBYTE, env: {} } },
  );
});

test("HandlerTarget bears bodies that no host may hold all at once", async () => {
  await withTarget(async (target) => {
    const claimed = sampleClaimed({ event: { body: new Uint8Array(8 * MEBIBYTE) } });
    const options = { number: 1, alone: false };
    const all = Array.from({ length: 40 }, () => resultOf(target.attempt(claimed, OK, options)));
    const kinds = new Set((await Promise.all(all)).map(({ kind }) => kind));
    expect([...kinds]).toEqual(["succeeded"]);
  });
});

const FILL = "const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1));";
const KILLERS: [string, Handler, RegExp][] = [
  ["loops for ever", handler("loops", "for (;;);", STALL), /its loop was blocked for 1000 ms/],
  ["waits for ever", handler("microtasks", "for (;;) await null;", STALL), /its loop was blocked/],
  [
    "fills memory with buffers",
    handler("fills", FILL),
    /it used \d+ MiB of memory, more than the 256/,
  ],
  ["exits", handler("exits", "process.exit(3);"), /it exited with code 3/],
  ["exits with 0", handler("exits_0", "process.exit();"), /it exited with code 0/],
  ["aborts", handler("aborts", "process.abort();"), /it was ended by SIGABRT/],
  [
    "blocks while it exits",
    handler("exits_slowly", 'process.on("exit", () => { for (;;); }); process.exit(5);'),
    /it exited with code 5/,
  ],
  [
    "closes its channel",
    handler(
      "hangs_up",
      `for (const one of process._getActiveHandles()) if ([3, 4].includes(one.fd ?? one._handle?.fd)) one.destroy();
       ${NEVER}`,
    ),
    /its channel was closed|it exited with code 0/,
  ],
  ...[3, 4].flatMap((fd): [string, Handler, RegExp][] => [
    [
      `closes descriptor ${fd} of its channel`,
      handler(`closes_${fd}`, `(await import("node:fs")).closeSync(${fd}); ${NEVER}`),
      /its channel was closed|its loop was blocked|it exited with code/,
    ],
    [
      `writes to descriptor ${fd} of its channel`,
      handler(`writes_${fd}`, `(await import("node:fs")).writeSync(${fd}, "hello"); ${NEVER}`),
      /something else wrote to its channel/,
    ],
  ]),
  [
    "floods the descriptor of its watchdog",
    handler("floods_fd", `(await import("node:fs")).writeSync(5, "x".repeat(5_000)); ${NEVER}`),
    /something else wrote to its channel: Cannot read reports/,
  ],
  [
    "leaves a rejection behind",
    handler("floating", `Promise.reject(new Error("floating")); ${NEVER}`),
    /uncaught error: Error: floating/,
  ],
  [
    "throws out of nowhere",
    handler("uncaught", `setImmediate(() => { throw new Error("nowhere"); }); ${NEVER}`),
    /uncaught error: Error: nowhere/,
  ],
];

test.each(KILLERS)(
  "HandlerTarget charges a handler that %s, and continues",
  async (_name, killer, error) => {
    await withTarget(async (target, lines) => {
      expect(await attempt(target, killer)).toEqual({
        kind: "host_lost",
        error: expect.stringMatching(error),
        alone: true,
      });
      expect(await attempt(target, OK)).toEqual({ kind: "succeeded" });
      expect(lines).toContainEqual(expect.objectContaining({ message: "handler host lost" }));
    });
  },
);

test.each<[string, string, Partial<Handler>?]>([
  ["exits", "setTimeout(() => process.exit(1), 50); return new Promise(() => {});"],
  ["throws", 'setTimeout(() => { throw new Error("x"); }, 50); return new Promise(() => {});'],
  [
    "rejects",
    'setTimeout(() => { Promise.reject(new Error("x")); }, 50); return new Promise(() => {});',
  ],
  ["blocks", "await new Promise((r) => setTimeout(r, 50)); for (;;);", BLOCKS],
  [
    "blocks in microtasks between two timers",
    "await new Promise((r) => { setTimeout(r, 50); setTimeout(() => {}, 50); }); for (;;) await null;",
    BLOCKS,
  ],
  [
    "blocks in ticks",
    "await new Promise((r) => setTimeout(r, 50)); const again = () => process.nextTick(again); again(); await new Promise(() => {});",
    BLOCKS,
  ],
  [
    "fills memory",
    `const all = [];
     for (;;) {
       all.push(Buffer.alloc(2_000_000, 1));
       for (let count = 0; count < 1e7; count += 1);
     }`,
  ],
])(
  "HandlerTarget charges only the one that %s, where several ran",
  async (name, body, options = {}) => {
    const guilty = handler(`guilty_${name.replaceAll(" ", "_")}`, body, options);
    const waits = handler("waits", NEVER);
    await withTarget(async (target, lines) => {
      const running = [guilty, waits, waits].map((one) => attempt(target, one));
      expect(await Promise.all(running)).toEqual([
        { kind: "host_lost", error: expect.any(String), alone: true },
        { kind: "interrupted" },
        { kind: "interrupted" },
      ]);
      expect(lines).toContainEqual({
        level: "warn",
        message: "subscription has a handler host of its own for a while",
        fields: expect.objectContaining({ subscription: guilty.name, atFault: true }),
      });
      expect(lines.filter(({ fields }) => fields["subscription"] === waits.name)).toEqual([]);
    });
  },
);

const STARTS_LATER = "await new Promise((r) => setTimeout(r, 50));";

test.each([
  ["loops", `${STARTS_LATER} for (;;);`, /its loop was blocked/],
  ["exits", `${STARTS_LATER} process.exit(4);`, /it exited with code 4/],
])(
  "HandlerTarget charges only the one whose module %s when it is imported",
  async (name, source, error) => {
    const guilty = files.write(`imports_and_${name.replaceAll(" ", "_")}`, source, STALL);
    const waits = handler("waits_beside_import", NEVER);
    await withTarget(async (target, lines) => {
      const others = [waits, waits].map((one) => attempt(target, one));
      await attempt(target, OK);
      const lost = { kind: "host_lost", error: expect.stringMatching(error), alone: true };
      expect(await attempt(target, guilty)).toEqual(lost);
      expect(await Promise.all(others)).toEqual(others.map(() => ({ kind: "interrupted" })));
      expect(accusationsIn(lines)).toEqual([[guilty.name, true]]);
    });
  },
);

test("HandlerTarget suspects only the one whose module waits for the system when it is imported", async () => {
  const guilty = files.write(
    "imports_and_sleeps",
    `import { createRequire } from "node:module";
     createRequire(import.meta.url)("node:child_process").execFileSync("sleep", ["7"]);`,
    STALL,
  );
  const waits = handler("waits_beside_sleep", NEVER);
  await withTarget(async (target, lines) => {
    const other = attempt(target, waits);
    await attempt(target, OK);
    // Nobody can be asked meanwhile.
    expect(await attempt(target, guilty)).toMatchObject({ kind: "host_lost", alone: false });
    expect(await other).toEqual({ kind: "interrupted" });
    expect(accusationsIn(lines)).toEqual([[guilty.name, false]]);
  });
});

test("HandlerTarget waits for a module that is slow to import, and blames nobody", async () => {
  const busy = "const end = performance.now() + 1_500; while (performance.now() < end);";
  const slow = files.write("slow_to_import", `${busy} export function handle() {}`);
  const other = handler("beside_slow_import", "await new Promise((r) => setTimeout(r, 500));");
  await withTarget(async (target, lines) => {
    await attempt(target, OK);
    const results = await Promise.all([attempt(target, other), attempt(target, slow)]);
    expect(results).toEqual([{ kind: "succeeded" }, { kind: "succeeded" }]);
    expect(lines).toEqual([]);
  });
});

test("HandlerTarget finds the one that blocks while the module of another is imported", async () => {
  const slow = files.write(
    "waits_to_import",
    "await new Promise((r) => setTimeout(r, 5_000)); export function handle() {}",
  );
  const blocks = handler("blocks_beside_import", "for (;;);", BLOCKS);
  await withTarget(async (target, lines) => {
    await attempt(target, OK);
    const results = [slow, blocks].map((one) => attempt(target, one));
    const accused = () => accusationsIn(lines);
    await waitFor(() => accused().length > 0, { what: "the blame", timeoutMs: 20_000 });
    await target.close({ graceMs: 0 });
    await Promise.all(results);
    expect(accused()).toEqual([[blocks.name, true]]);
  });
});

test.each([
  ["blocks", "for (;;);"],
  // It is a second until its host is known to be lost.
  ["closes its channel", "closeSync(3); for (;;);"],
])(
  "HandlerTarget never lets a handler that %s into the host of a neighbour",
  async (name, body) => {
    const pids = join(files.dir, `pids_${name}`);
    writeFileSync(pids, "");
    const blocks = handler(
      `bad_${name.replaceAll(" ", "_")}`,
      `if (event.source !== "bad") return;
     const { appendFileSync, closeSync } = await import("node:fs");
     appendFileSync("${pids}", process.pid + " ");
     ${body}`,
      STALL,
    );
    const neighbour = handler("healthy_neighbour", "context.log.info(String(process.pid));");
    const bad = sampleClaimed({ event: { source: "bad" } });
    const blocking = () => readFileSync(pids, "utf8").split(" ").filter(Boolean);
    const options = { hosts: { count: 2, memoryBytesMax: 256 * MEBIBYTE, env: ENV } };
    await withTarget(async (target, lines) => {
      const pidOf = async () => {
        expect(await attempt(target, neighbour)).toEqual({ kind: "succeeded" });
        return lines.findLast(({ level }) => level === "info")?.message ?? "";
      };
      // Each has a host of its own once both have started.
      await pidOf();
      const hasOwn = async () => {
        await attempt(target, blocks);
        return target.pids.length === 2;
      };
      await waitFor(hasOwn, { what: "two hosts" });
      const results: Promise<TargetResult>[] = [];
      const attemptBad = () =>
        results.push(resultOf(target.attempt(bad, blocks, { number: 1, alone: false })));
      for (let count = 0; count < 5; count += 1) attemptBad();
      const served: string[] = [];
      // The first is caught in the host it shares, the second in one that it has for itself.
      const isCaught = async () => {
        served.push(await pidOf());
        if (served.length % 10 === 0 && results.length < 10) attemptBad();
        return new Set(blocking()).size >= 2;
      };
      await waitFor(isCaught, { what: "a host of its own", timeoutMs: 30_000 });
      expect(served.filter((pid) => blocking().includes(pid))).toEqual([]);
      await target.close({ graceMs: 0 });
      await Promise.all(results);
    }, options);
  },
);

test("HandlerTarget keeps a handler apart that blocks until others have run, and does not end it", async () => {
  const done = join(files.dir, "others_have_run");
  writeFileSync(done, "xx");
  const blocks = files.write(
    "blocks_a_while",
    `import { readFileSync } from "node:fs";
     export function handle(event, { log }) {
       log.info("slow " + process.pid);
       while (readFileSync("${done}", "utf8").length < 2);
     }`,
  );
  const quick = files.write(
    "quick_once",
    `import { appendFileSync } from "node:fs";
     export const handle = () => appendFileSync("${done}", "x");`,
  );
  await withTarget(async (target, lines) => {
    for (const one of [blocks, quick]) await attempt(target, one);
    writeFileSync(done, "");
    // With one host: what waits behind the block is made in another one, or this never ends.
    await Promise.all([blocks, quick, quick].map((one) => attempt(target, one)));
    expect(await attempt(target, blocks)).toEqual({ kind: "succeeded" });
    const [first, second, third] = lines.flatMap(({ level, message }) =>
      level === "info" ? message : [],
    );
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

test("HandlerTarget ends a host that beats but reports no results", async () => {
  const swallows = handler(
    "swallows_results",
    `const real = JSON.stringify;
     JSON.stringify = (value, ...rest) => real(value?.kind === "output" ? { kind: "ready" } : value, ...rest);`,
    { timeoutMs: 20 },
  );
  await withTarget(async (target) => {
    expect(await attempt(target, swallows)).toEqual({
      kind: "host_lost",
      error: "handler host lost: an attempt had no result 5000 ms after its timeout",
      alone: true,
    });
    expect(await attempt(target, OK)).toEqual({ kind: "succeeded" });
  });
});

test.each([
  ["removes all listeners", "process.removeAllListeners();"],
  ["replaces process.exit and process.send", "process.exit = process.send = () => {};"],
  ["disconnects", "process.disconnect?.();"],
  ["unrefs all that is open", "for (const one of process._getActiveHandles()) one.unref?.();"],
  [
    "replaces timers",
    "globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = () => {};",
  ],
  ["stops the clock", "performance.now = Date.now = () => 0;"],
])("HandlerTarget goes on after a handler that %s", async (name, body) => {
  const breaks = handler(`host_${name.replaceAll(/[^a-z]/g, "_")}`, body);
  const never = handler("never_after", NEVER, { timeoutMs: 50 });
  await withTarget(async (target) => {
    expect(await attempt(target, breaks)).toEqual({ kind: "succeeded" });
    const { pids } = target;
    expect(await attempt(target, OK)).toEqual({ kind: "succeeded" });
    expect(await attempt(target, never)).toMatchObject({ kind: "timed_out" });
    expect(target.pids).toEqual(pids);
    await target.close({ graceMs: 0 });
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

test("HandlerTarget suspects all where it is unknown who ended the host, then finds the one at fault", async () => {
  const exits = handler(
    "aborts_later",
    "setTimeout(() => process.abort(), 50); return new Promise(() => {});",
  );
  const innocent = handler("innocent", "await new Promise((resolve) => setTimeout(resolve, 500));");
  await withTarget(async (target) => {
    const together = await Promise.all([
      attempt(target, exits),
      attempt(target, innocent),
      attempt(target, innocent),
    ]);
    const lost = { kind: "host_lost", error: expect.any(String), alone: false };
    expect(together).toEqual([lost, lost, lost]);
    const alone = await Promise.all([
      attempt(target, exits, { alone: true }),
      attempt(target, innocent, { alone: true }),
      attempt(target, innocent, { alone: true }),
    ]);
    expect(alone).toEqual([{ ...lost, alone: true }, { kind: "succeeded" }, { kind: "succeeded" }]);
  });
});

test("HandlerTarget charges nobody for what an attempt left behind that is over", async () => {
  const bomb = handler("bomb", "setTimeout(() => process.exit(1), 100);");
  await withTarget(async (target) => {
    expect(await attempt(target, bomb)).toEqual({ kind: "succeeded" });
    expect(await attempt(target, handler("waits", NEVER))).toEqual({ kind: "interrupted" });
  });
});

test("HandlerTarget never lets others wait behind a handler that loops for ever", async () => {
  const loops = handler("loops_on", "for (;;);", { timeoutMs: 60_000 });
  const exits = handler("exits", "process.exit(1);");
  await withTarget(async (target) => {
    const order: string[] = [];
    const run = async (name: string, subscription: Handler, alone: boolean) => {
      await attempt(target, subscription, { alone });
      order.push(name);
    };
    await run("known", exits, true);
    const guilty = [1, 2, 3].map((count) => run(`loop ${count}`, loops, true));
    const innocent = [run("suspect", OK, true), run("fresh", OK, false)];
    await Promise.all(innocent);
    expect(order.toSorted()).toEqual(["fresh", "known", "suspect"]);
    await target.close({ graceMs: 0 });
    await Promise.all(guilty);
  });
});

test.each([
  ["exits", "process.exit(1);"],
  ["waits for it", 'execFileSync("sleep", ["600"]);'],
])("HandlerTarget ends what a handler that %s has started with its host", async (name, body) => {
  const starts = handler(
    `starts_and_${name.replaceAll(" ", "_")}`,
    `const { execFileSync, spawn } = await import("node:child_process");
     const { pid } = spawn("sleep", ["600"]);
     const { writeFileSync } = await import("node:fs");
     writeFileSync("${files.dir}/started", String(pid));
     ${body}`,
    STALL,
  );
  await withTarget(async (target) => {
    expect(await attempt(target, starts)).toMatchObject({ kind: "host_lost" });
    const pid = Number(readFileSync(join(files.dir, "started"), "utf8"));
    await waitFor(() => !isAlive(pid), { what: "its end" });
  });
});

test("HandlerTarget gives each handler a host of its own, up to twice as many as there should be", async () => {
  const all = ["own_a", "own_b", "own_c", "own_d"].map((name) =>
    handler(name, "context.log.info(String(process.pid));"),
  );
  await withTarget(
    async (target, lines) => {
      const hosts = async (handlers: readonly Handler[]) => {
        lines.length = 0;
        for (const one of handlers) await attempt(target, one);
        return new Set(lines.map(({ message }) => message)).size;
      };
      const allApart = async () => (await hosts(all)) === 4;
      await waitFor(allApart, { what: "a host for each", timeoutMs: 20_000 });
      expect(target.pids).toHaveLength(4);
      // One more shares one, and a host is kept ready.
      const more = [...all, OK];
      const isKept = async () => (await hosts(more)) === 4 && target.pids.length === 5;
      await waitFor(isKept, { what: "one that is kept ready", timeoutMs: 20_000 });
    },
    { hosts: { count: 2, memoryBytesMax: 256 * MEBIBYTE, env: ENV } },
  );
});

test("HandlerTarget leaves a handler where it is if its module cannot be imported a second time", async () => {
  const lock = join(files.dir, "only_once");
  const once = files.write(
    "only_once",
    `import { openSync } from "node:fs";
     openSync("${lock}", "wx");
     export const handle = (event, { log }) => log.info("once " + process.pid);`,
  );
  const others = ["beside_a", "beside_b"].map((name) => handler(name, ""));
  await withTarget(async (target, lines) => {
    for (const one of others) await attempt(target, one);
    const kinds = new Set<string>();
    const grown = async () => {
      for (const one of [once, ...others]) kinds.add((await attempt(target, one)).kind);
      return target.pids.length === 3;
    };
    await waitFor(grown, { what: "more hosts", timeoutMs: 20_000 });
    // Some time in which it would run in a new one.
    for (let count = 0; count < 20; count += 1) await grown();
    expect(kinds).toEqual(new Set(["succeeded"]));
    const served = lines.filter(({ message }) => message.startsWith("once "));
    expect(new Set(served.map(({ message }) => message)).size).toBe(1);
  });
});

test("HandlerTarget has a host ready for the neighbours of handlers that end theirs one after the other", async () => {
  const exits = ["exits_a", "exits_b", "exits_c"].map((name) =>
    handler(name, 'if (event.source === "bad") process.exit(1);'),
  );
  const neighbour = handler("neighbour_of_three", "context.log.info(String(process.pid));");
  const bad = sampleClaimed({ event: { source: "bad" } });
  let waits = 0;
  const random = () => {
    waits += 1;
    return 0.5;
  };
  await withTarget(
    async (target, lines) => {
      for (const one of [neighbour, ...exits]) await attempt(target, one);
      for (const one of exits) {
        await waitFor(() => target.pids.length >= 2, { what: "a spare", timeoutMs: 20_000 });
        const before = target.pids;
        await target.attempt(bad, one, { number: 1, alone: false });
        expect(await attempt(target, neighbour)).toEqual({ kind: "succeeded" });
        const served = lines.findLast(({ level }) => level === "info")?.message;
        expect(before).toContain(Number(served));
      }
      expect(waits).toBe(0);
    },
    { random },
  );
});

test("HandlerTarget does not let what is healthy wait for the next host of any of many that end theirs", async () => {
  const body = "setTimeout(() => process.exit(1), 1_000); return new Promise(() => {});";
  const exits = Array.from({ length: 8 }, (_, at) => handler(`exits_${at}`, body));
  // Each waits for nearly ten seconds once two hosts of its own were lost.
  const random = () => 0.99;
  await withTarget(
    async (target) => {
      const loseAll = () => Promise.all(exits.map((one) => attempt(target, one, { alone: true })));
      await loseAll();
      const lost = loseAll();
      await waitFor(() => target.pids.length > exits.length, { what: "a host for each" });
      const guest = attempt(target, handler("guest", ""), { alone: true });
      expect(await lost).toMatchObject(exits.map(() => ({ kind: "host_lost" })));
      const startedAt = performance.now();
      void loseAll();
      expect(await attempt(target, OK, { alone: true })).toEqual({ kind: "succeeded" });
      expect(await guest).toEqual({ kind: "succeeded" });
      expect(performance.now() - startedAt).toBeLessThan(6_000);
    },
    { random },
  );
});

test("HandlerTarget starts hosts more and more slowly for what ends each before any attempt has ended in it", async () => {
  const marker = join(files.dir, "mended");
  const exits = handler(
    "exits_always",
    `if (!(await import("node:fs")).existsSync(${JSON.stringify(marker)})) process.exit(1);`,
  );
  const waits: number[] = [];
  const random = () => {
    waits.push(performance.now());
    return waits.length < 3 ? 0.05 : 0.99;
  };
  await withTarget(
    async (target) => {
      for (let count = 0; count < 5; count += 1) {
        expect(await attempt(target, exits)).toMatchObject({ kind: "host_lost" });
      }
      // A twentieth of 10 and 20 s, and nearly all of 40; the first in a shared host and the first of its own cost nothing.
      const [first = 0, second = 0, third = 0] = waits;
      expect(waits).toHaveLength(3);
      expect(second - first).toBeGreaterThan(500);
      expect(third - second).toBeGreaterThan(1_000);
      // What was mended need not wait for the rest.
      writeFileSync(marker, "");
      target.renew();
      expect(await attempt(target, exits)).toEqual({ kind: "succeeded" });
      expect(performance.now() - third).toBeLessThan(30_000);
    },
    { random },
  );
});

test("HandlerTarget runs a subscription that killed a host apart from the others, for a while", async () => {
  let skewMs = 0;
  const pidOf =
    "context.log.info(String(process.pid)); if (event.source === 'bad') process.exit(1);";
  const subscription = handler("poisoned", pidOf);
  const neighbour = handler("neighbour", pidOf);
  await withTarget(
    async (target, lines) => {
      const pid = () => lines.filter(({ level }) => level === "info").at(-1)?.message;
      const bad = sampleClaimed({ event: { source: "bad" } });
      await target.attempt(bad, subscription, { number: 1, alone: false });
      await attempt(target, neighbour);
      const shared = pid();
      await attempt(target, subscription);
      expect(pid()).not.toBe(shared);
      skewMs = 60_000;
      await attempt(target, subscription);
      expect(pid()).toBe(shared);
    },
    { monotonic: () => performance.now() + skewMs },
  );
});

test("HandlerTarget does not take its own pause for a host's", async () => {
  const slow = handler("slow_but_alive", "await new Promise((r) => setTimeout(r, 500));", {
    timeoutMs: 2_000,
  });
  await withTarget(async (target) => {
    await attempt(target, OK);
    const pids = target.pids;
    const running = attempt(target, slow);
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_500);
    expect(await running).toEqual({ kind: "succeeded" });
    expect(target.pids).toEqual(expect.arrayContaining(pids));
  });
});

test("HandlerTarget charges nobody for hosts that were stopped, even the only one that ran there", async () => {
  // The first one runs while the second one's host still starts.
  const stopped = handler("stopped", `context.log.info(String(process.pid)); ${NEVER}`, {
    timeoutMs: 40_000,
  });
  await withTarget(async (target, lines) => {
    const running = [false, true].map((alone) => attempt(target, stopped, { alone }));
    const pids = () => lines.filter(({ level }) => level === "info").map(({ message }) => +message);
    await waitFor(() => pids().length === 2, { what: "both to run", timeoutMs: 20_000 });
    for (const pid of pids()) process.kill(pid, "SIGSTOP");
    const error = expect.stringContaining("its loop was blocked");
    const lost = { kind: "host_lost", error, alone: false };
    expect(await Promise.all(running)).toEqual([lost, lost]);
  });
});

test("HandlerTarget blames a handler that leaks alone, and gives it no second host meanwhile", async () => {
  const leak =
    "if (context.attempt > 1) (globalThis.leak ??= []).push(Buffer.alloc(5_000_000, 1));";
  const pid = (name: string) => `context.log.info("${name} " + process.pid);`;
  const leaks = handler("leaks", leak + pid("leaks"));
  const neighbour = handler("neighbour", pid("neighbour"));
  const hosts = { count: 2, memoryBytesMax: 512 * MEBIBYTE, env: ENV };
  await withTarget(
    async (target, lines) => {
      const hostOf = (name: string) => {
        const line = lines.findLast(({ message }) => message.startsWith(`${name} `));
        return Number(line?.message.split(" ").at(1));
      };
      const apart = async () => {
        for (const one of [leaks, neighbour]) await attempt(target, one);
        return hostOf("leaks") !== hostOf("neighbour");
      };
      await waitFor(apart, { what: "a host for each", timeoutMs: 20_000 });
      const home = hostOf("neighbour");
      const leaking = Array.from({ length: 200 }, () =>
        target.attempt(sampleClaimed(), leaks, { number: 2, alone: false }),
      );
      const accused = () => accusationsIn(lines);
      await waitFor(() => accused().length > 0, { what: "the blame", timeoutMs: 20_000 });
      expect(await attempt(target, neighbour)).toEqual({ kind: "succeeded" });
      expect(accused()[0]).toEqual(["leaks", true]);
      expect(new Set(accused().map(([name]) => name))).toEqual(new Set(["leaks"]));
      expect([hostOf("neighbour"), isAlive(home)]).toEqual([home, true]);
      await target.close({ graceMs: 0 });
      await Promise.all(leaking);
    },
    { hosts },
  );
});

test("HandlerTarget replaces a host in which abandoned handlers go on", async () => {
  const block = "const end = performance.now() + 700; while (performance.now() < end);";
  const body = `for (;;) { ${block} await new Promise((r) => setImmediate(r)); }`;
  const hogs = handler("hogs", body, { timeoutMs: 1_500 });
  await withTarget(async (target) => {
    await attempt(target, OK);
    const [pid] = target.pids;
    await attempt(target, hogs);
    await waitFor(() => target.pids.length === 1 && target.pids[0] !== pid, {
      what: "a new host",
      timeoutMs: 20_000,
    });
    expect(await attempt(target, OK)).toEqual({ kind: "succeeded" });
  });
});

test("HandlerTarget takes a module that was repaired, in a new host", async () => {
  let skewMs = 0;
  const subscription = files.write("repaired", "export function handle( {");
  const { target: module } = subscription;
  await withTarget(
    async (target) => {
      expect(await attempt(target, subscription)).toMatchObject({ kind: "failed" });
      const [pid] = target.pids;
      writeFileSync(module.path, "export function handle() {}");
      expect(await attempt(target, subscription)).toMatchObject({ kind: "failed" });
      skewMs = 10_000;
      await waitFor(() => !target.pids.includes(pid ?? 0), {
        what: "a new host",
        timeoutMs: 20_000,
      });
      expect(await attempt(target, subscription)).toEqual({ kind: "succeeded" });
    },
    { monotonic: () => performance.now() + skewMs },
  );
});

test("HandlerTarget.renew() applies changed settings to new hosts, and the old ones finish what they run", async () => {
  const hogs = handler(
    "hogs_memory",
    `globalThis.kept = Buffer.alloc(300 * 1024 * 1024, 1); await new Promise((r) => setTimeout(r, 1_000));`,
  );
  const slow = handler("slow_over_change", "await new Promise((r) => setTimeout(r, 1_500));");
  await withTarget(async (target) => {
    const [old] = target.pids;
    expect(await attempt(target, hogs)).toMatchObject({ kind: "host_lost" });
    await attempt(target, OK);
    const running = attempt(target, slow);
    target.renew({ count: 3, memoryBytesMax: 768 * MEBIBYTE });
    expect(await running).toEqual({ kind: "succeeded" });
    await waitFor(() => target.pids.length === 4 && !target.pids.includes(old ?? 0), {
      what: "three hosts, and one for what does harm",
      timeoutMs: 20_000,
    });
    expect(await attempt(target, hogs, { alone: true })).toEqual({ kind: "succeeded" });
    target.renew({ count: 1, memoryBytesMax: 768 * MEBIBYTE });
    await waitFor(() => target.pids.length <= 2, { what: "fewer", timeoutMs: 20_000 });
    expect(await attempt(target, OK)).toEqual({ kind: "succeeded" });
  });
});

test("HandlerTarget.renew() imports again, and what runs is not interrupted", async () => {
  const slow = handler("slow_over_renewal", "await new Promise((r) => setTimeout(r, 300));");
  const changed = handler("changed", 'throw new Error("old");');
  await withTarget(async (target) => {
    expect(await attempt(target, changed)).toMatchObject({ kind: "failed" });
    const running = attempt(target, slow);
    handler("changed", "");
    target.renew();
    expect(await attempt(target, changed)).toEqual({ kind: "succeeded" });
    expect(await running).toEqual({ kind: "succeeded" });
  });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "HandlerTarget's hosts leave %s, which a terminal or systemd sends to all, to the dispatcher",
  async (signal) => {
    const body = `process.kill(process.pid, "${signal}"); await new Promise((r) => setTimeout(r, 50));`;
    await withTarget(async (target) => {
      const result = await attempt(target, handler(`gets_${signal}`, body));
      expect(result).toEqual({ kind: "succeeded" });
    });
  },
);

test("HandlerTarget.close() waits for what runs, interrupts the rest, leaves no process", async () => {
  const started = 'context.log.info("started");';
  const quick = handler("quick", `${started} await new Promise((r) => setTimeout(r, 100));`);
  const obeys = handler(
    "obeys",
    `${started} return new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(new Error("told"))));`,
  );
  const finishes = handler(
    "finishes",
    `${started} return new Promise((resolve) => context.signal.addEventListener("abort", resolve));`,
  );
  await withTarget(async (target, lines) => {
    const once = handler(
      "ignores_later",
      `globalThis.calls = (globalThis.calls ?? 0) + 1;
       if (globalThis.calls > 1) { ${started} ${NEVER} }`,
    );
    await Promise.all([attempt(target, OK), attempt(target, once, { alone: true })]);
    const { pids } = target;
    expect(pids).toHaveLength(2);
    const running = [
      attempt(target, quick),
      attempt(target, obeys),
      attempt(target, finishes),
      attempt(target, handler("ignores", `${started} ${NEVER}`)),
      attempt(target, once, { alone: true }),
      attempt(target, once, { alone: true }),
    ];
    const haveStarted = () => lines.filter(({ message }) => message === "started").length === 5;
    await waitFor(haveStarted, { what: "all that have room", timeoutMs: 20_000 });
    await target.close({ graceMs: 500 });
    expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual([
      "succeeded",
      "interrupted",
      "succeeded",
      "interrupted",
      "interrupted",
      "not_started",
    ]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(target.pids).toEqual([]);
    expect(await attempt(target, OK)).toEqual({ kind: "not_started" });
  });
});

test("HandlerTarget.close() ends a host that is blocked, or that has not begun", async () => {
  const loops = handler(
    "loops_at_close",
    'context.log.info("begun"); setTimeout(() => { for (;;); }, 50); return new Promise(() => {});',
  );
  await withTarget(async (target, lines) => {
    const running = attempt(target, loops);
    await waitFor(() => lines.length > 0, { what: "the handler", timeoutMs: 20_000 });
    const { pids } = target;
    await target.close({ graceMs: 100 });
    expect(await running).toEqual({ kind: "interrupted" });
    expect(pids.filter(isAlive)).toEqual([]);
  });
  await withTarget(async (target) => {
    const waiting = attempt(target, OK);
    const { pids } = target;
    await target.close({ graceMs: 1_000 });
    expect(await waiting).toEqual({ kind: "not_started" });
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
