import type { ConfiguredSource } from "@hookgate/config";
import { expect, test } from "@jest/globals";
import { EDGE_HERE, noCounts } from "../store/contract/buckets.ts";
import type { BucketQuery, BucketSum } from "../store/contract/metrics.ts";
import { sourceFacts } from "./source_facts.ts";

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

/** Forty events an hour from each of `names` for eight weeks until `quietMs` ago, with an edge that was away. */
function storeOf(names: readonly string[], { quietMs = 0, away = [0, 0] } = {}) {
  const reads: BucketQuery[] = [];
  const end = NOW - quietMs;
  return {
    reads,
    now: () => NOW,
    async readBuckets(query: BucketQuery): Promise<BucketSum[]> {
      reads.push(query);
      const sums: BucketSum[] = [];
      const count = query.stepMs === HOUR ? 40 : 1;
      for (let at = Math.max(query.from, NOW - 8 * WEEK); at < query.to; at += query.stepMs) {
        if (query.of === "requests") {
          const isAway = at >= NOW - (away[0] ?? 0) && at < NOW - (away[1] ?? 0);
          if (query.outcome === EDGE_HERE && !isAway && at <= NOW) {
            sums.push({ at, name: "", counts: noCounts() });
          }
          continue;
        }
        if (at >= end) continue;
        for (const name of names) {
          sums.push({ at, name, counts: { ...noCounts(), received: count } });
        }
      }
      return sums;
    },
    handshakes: async () => [],
  };
}

test("sourceFacts() names a busy source that has gone quiet, and none that never came", async () => {
  const sources = [source("stripe/eu", "stripe"), source("unused", "github")];
  const store = storeOf(["stripe/eu"], { quietMs: 40 * MINUTE });
  const [stripe, unused] = await sourceFacts({ store, sources: () => sources })();
  expect(stripe?.silence?.since).toBe(NOW - 41 * MINUTE);
  expect(stripe?.silence?.expected).toBeGreaterThan(20);
  expect(unused).toMatchObject({ lastAt: null, silence: null });
});

test("sourceFacts() takes no silence for one while the edge was away", async () => {
  const sources = [source("stripe/eu", "stripe")];
  const gone = { quietMs: 40 * MINUTE, away: [40 * MINUTE, 1 * MINUTE] };
  const facts = await sourceFacts({
    store: storeOf(["stripe/eu"], gone),
    sources: () => sources,
  })();
  expect(facts[0]?.silence).toBeNull();
  expect(facts[0]?.patience.outage).toEqual({ from: NOW - 40 * MINUTE, to: NOW - MINUTE });
});

test("sourceFacts() reads the store once for all who ask, and again after a reload", async () => {
  let sources = [source("stripe/eu", "stripe")];
  const store = storeOf(["stripe/eu"]);
  const read = sourceFacts({ store, sources: () => sources });
  await Promise.all([read(), read()]);
  const { length } = store.reads;
  await read();
  expect(store.reads).toHaveLength(length);
  sources = [source("shop", "shopify")];
  expect(await read()).toMatchObject([{ source: { name: "shop" } }]);
});

test("sourceFacts() asks again after a failure", async () => {
  const store = storeOf([]);
  let fails = true;
  const handshakes = async () => {
    if (fails) throw new Error("Cannot read: away");
    return [];
  };
  const sources = [source("stripe/eu", "stripe")];
  const read = sourceFacts({ store: { ...store, handshakes }, sources: () => sources });
  await expect(read()).rejects.toThrow("away");
  fails = false;
  expect(await read()).toHaveLength(1);
});
