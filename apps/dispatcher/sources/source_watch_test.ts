import type { ConfiguredSource } from "@hookgate/config";
import { createLog } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { EDGE_HERE, noCounts } from "../store/contract/buckets.ts";
import type { BucketQuery, BucketSum } from "../store/contract/metrics.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { SourceWatch } from "./source_watch.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;
/** A Monday, noon UTC. */
const NOW = Date.UTC(2026, 8, 7, 12);

const source = (name: string, provider: string): ConfiguredSource => ({
  name,
  provider,
  secrets: [],
  scheme: null,
  publicUrl: null,
  settings: {},
  allowedIps: { mode: "off", ranges: [] },
});

const log = createLog({ name: "x", level: "silent" });

/** What a source sends, by type: events an hour for eight weeks, until so many milliseconds ago. */
type Sent = Record<string, Record<string, { perHour: number; quietMs?: number }>>;

function storeOf(sent: Sent, { away = [0, 0] } = {}) {
  const reads: BucketQuery[] = [];
  const state = { now: NOW };
  const isAway = (at: number) => at >= NOW - (away[0] ?? 0) && at < NOW - (away[1] ?? 0);
  return {
    reads,
    state,
    now: () => state.now,
    async readBuckets(query: BucketQuery): Promise<BucketSum[]> {
      reads.push(query);
      const sums: BucketSum[] = [];
      const { of, by, outcome, stepMs, to } = query;
      for (let at = Math.max(query.from, NOW - 8 * WEEK); at < to; at += stepMs) {
        if (of === "requests") {
          const isThere = outcome === EDGE_HERE && !isAway(at) && at <= state.now;
          if (isThere) sums.push({ at, name: "", counts: noCounts() });
          continue;
        }
        const received = new Map<string, number>();
        for (const [source, types] of Object.entries(sent)) {
          for (const [type, { perHour, quietMs = 0 }] of Object.entries(types)) {
            const isMinute = stepMs === MINUTE;
            const comes = !isMinute || (at / MINUTE) % Math.round(60 / perHour) === 0;
            if (!comes || at >= NOW - quietMs) continue;
            const name = by === "source" ? source : `${source}\n${type}`;
            received.set(name, (received.get(name) ?? 0) + (isMinute ? 1 : perHour));
          }
        }
        for (const [name, count] of received) {
          sums.push({ at, name, counts: { ...noCounts(), received: count } });
        }
      }
      return sums;
    },
    handshakes: async () => [],
  };
}

const BUSY = { "invoice.paid": { perHour: 20 }, "charge.made": { perHour: 20 } };

function quiet(quietMs: number) {
  return Object.fromEntries(Object.entries(BUSY).map(([type, one]) => [type, { ...one, quietMs }]));
}

test("SourceWatch names a busy source that has gone quiet, and none that never came", async () => {
  const sources = [source("stripe/eu", "stripe"), source("unused", "github")];
  const store = storeOf({ "stripe/eu": quiet(40 * MINUTE) });
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  await watch.look();
  const [stripe, unused] = await watch.facts();
  expect(stripe?.silence?.since).toBeLessThan(NOW - 40 * MINUTE);
  expect(stripe?.silence?.expected).toBeGreaterThan(20);
  expect(stripe?.silence?.type).toBe("");
  expect(stripe?.quietTypes).toEqual([]);
  expect(unused).toMatchObject({ lastAt: null, silence: null, quietTypes: [] });
});

test("SourceWatch names the type of a source that has gone quiet while others come", async () => {
  const sources = [source("stripe/eu", "stripe")];
  const types = { ...BUSY, "invoice.paid": { perHour: 20, quietMs: 2 * HOUR } };
  const store = storeOf({ "stripe/eu": types });
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  await watch.look();
  const [stripe] = await watch.facts();
  expect(stripe?.silence).toBeNull();
  expect(stripe?.quietTypes).toMatchObject([{ type: "invoice.paid" }]);
  expect(stripe?.quietTypes[0]?.expected).toBeGreaterThan(20);
  expect(stripe?.quietTypes[0]?.since).toBeLessThanOrEqual(NOW - 2 * HOUR + HOUR);
});

test("SourceWatch takes no silence for one while the edge was away", async () => {
  const sources = [source("stripe/eu", "stripe")];
  const away = [40 * MINUTE, 1 * MINUTE];
  const store = storeOf({ "stripe/eu": quiet(40 * MINUTE) }, { away });
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  await watch.look();
  const [stripe] = await watch.facts();
  expect(stripe?.silence).toBeNull();
  expect(stripe?.quietTypes).toEqual([]);
  expect(stripe?.patience.outage).toEqual({ from: NOW - 40 * MINUTE, to: NOW - MINUTE });
});

test.each([
  ["an hour, just now", HOUR + MINUTE, MINUTE],
  ["an hour, more than a day ago", 41 * HOUR, 40 * HOUR],
  ["a day", 30 * HOUR, 6 * HOUR],
])(
  "SourceWatch takes %s that the clock was set over for no outage and no silence",
  async (_, from, to) => {
    const sources = [source("stripe/eu", "stripe"), source("shop", "shopify")];
    const jump = { from: NOW - from, to: NOW - to };
    const store = storeOf(
      { "stripe/eu": BUSY, shop: { "order.paid": { perHour: 1, quietMs: from } } },
      { away: [from, to] },
    );
    const of = async (jumps: (typeof jump)[]) => {
      const passed = { ...noJumps(store), jumps };
      const watch = new SourceWatch({ store, passed, sources: () => sources, log });
      await watch.look();
      const [stripe, shop] = await watch.facts();
      return { outage: stripe?.patience.outage, isQuiet: shop?.silence !== null };
    };
    expect((await of([])).outage).toMatchObject({ to: jump.to });
    const withJump = await of([jump]);
    expect(withJump.outage).toBeNull();
    // What was quiet after it is quiet all the same.
    expect(withJump.isQuiet).toBe(to > 24 * HOUR);
  },
);

test.each([-HOUR, -24 * HOUR])(
  "SourceWatch goes on when the clock is set back by %d ms",
  async (ms) => {
    const sources = [source("stripe/eu", "stripe")];
    const store = storeOf({ "stripe/eu": BUSY });
    const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
    await watch.look();
    store.state.now += ms;
    const reads = () => store.reads.filter(({ level }) => level === "hour").length;
    const before = reads();
    await watch.look();
    expect(reads() > before).toBe(-ms > HOUR);
    const [stripe] = await watch.facts();
    expect(stripe).toMatchObject({ silence: null, quietTypes: [], patience: { outage: null } });
    expect(stripe?.lastAt).toBeLessThanOrEqual(store.state.now);
  },
);

test("SourceWatch takes no silence for one while the edge was away days ago", async () => {
  const sources = [source("shop", "shopify")];
  const types = { "order.paid": { perHour: 1, quietMs: 80 * HOUR } };
  const silentFor = async (away: number[]) => {
    const store = storeOf({ shop: types }, { away });
    const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
    await watch.look();
    return (await watch.facts())[0]?.silence ?? null;
  };
  expect(await silentFor([0, 0])).not.toBeNull();
  expect(await silentFor([80 * HOUR, 4 * HOUR])).toBeNull();
  expect(await silentFor([80 * HOUR, 50 * HOUR])).not.toBeNull();
});

test("facts() reads no weeks: those are read apart from it, once an hour", async () => {
  const sources = [source("stripe/eu", "stripe")];
  const store = storeOf({ "stripe/eu": quiet(40 * MINUTE) });
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  expect((await watch.facts())[0]?.silence).toBeNull();
  const hours = () => store.reads.filter(({ level }) => level === "hour").length;
  expect(hours()).toBe(0);
  await watch.look();
  const once = hours();
  expect(once).toBeGreaterThan(8);
  await watch.look();
  expect(hours()).toBe(once);
  store.state.now = NOW + 61 * MINUTE;
  await watch.facts();
  expect(hours()).toBe(once);
  await watch.look();
  expect(hours()).toBeGreaterThan(once);
});

test("facts() reads the store once for all who ask, and again after a reload", async () => {
  let sources = [source("stripe/eu", "stripe")];
  const store = storeOf({ "stripe/eu": BUSY });
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  await Promise.all([watch.facts(), watch.facts()]);
  const { length } = store.reads;
  await watch.facts();
  expect(store.reads).toHaveLength(length);
  sources = [source("shop", "shopify")];
  expect(await watch.facts()).toMatchObject([{ source: { name: "shop" } }]);
});

test("facts() reads each minute once, unless the clock is set back, and little at a time", async () => {
  const sources = [source("stripe/eu", "stripe")];
  const store = storeOf({ "stripe/eu": quiet(40 * MINUTE) });
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  const readMs = async () => {
    store.reads.length = 0;
    const [stripe] = await watch.facts();
    const spans = store.reads.filter(({ by }) => by === "source").map(({ from, to }) => to - from);
    for (const span of spans) expect(span).toBeLessThanOrEqual(HOUR);
    return { lastAt: stripe?.lastAt, read: spans.reduce((sum, span) => sum + span, 0) };
  };
  const lastAt = NOW - 42 * MINUTE;
  const first = await readMs();
  expect(first).toMatchObject({ lastAt });
  expect(first.read).toBeGreaterThan(47 * HOUR);
  store.state.now = NOW + MINUTE;
  const second = await readMs();
  expect(second).toMatchObject({ lastAt });
  expect(second.read).toBeLessThan(5 * MINUTE);
  store.state.now = NOW - 2 * HOUR;
  const third = await readMs();
  expect(third.lastAt).toBeLessThanOrEqual(NOW - 2 * HOUR);
  expect(third.read).toBeGreaterThan(45 * HOUR);
});

test("facts() asks again after a failure, and a look that fails is tried again", async () => {
  const store = storeOf({});
  let fails = true;
  const handshakes = async () => {
    if (fails) throw new Error("Cannot read: away");
    return [];
  };
  const readBuckets = (query: BucketQuery) =>
    fails ? Promise.reject(new Error("Cannot read: away")) : store.readBuckets(query);
  const sources = [source("stripe/eu", "stripe")];
  const watch = new SourceWatch({
    store: { ...store, handshakes, readBuckets },
    passed: noJumps(store),
    sources: () => sources,
    log,
  });
  await expect(watch.facts()).rejects.toThrow("away");
  await watch.look();
  fails = false;
  await watch.look();
  expect(await watch.facts()).toHaveLength(1);
});

test("SourceWatch reads the habits of many sources, and looks at them, in many turns of the event loop", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `shop/${index}`);
  const sources = names.map((name) => source(name, "stripe"));
  const store = storeOf(Object.fromEntries(names.map((name) => [name, BUSY])));
  const watch = new SourceWatch({ store, passed: noJumps(store), sources: () => sources, log });
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  try {
    await watch.look();
    // Of 40 sources, and of two types of each.
    expect(turns).toBeGreaterThanOrEqual(10);
    turns = 0;
    expect(await watch.facts()).toHaveLength(40);
    expect(turns).toBeGreaterThanOrEqual(4);
  } finally {
    clearImmediate(next);
  }
});
