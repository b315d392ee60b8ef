import type { ConfiguredSource } from "@hookgate/config";
import { type Provider, sourceProvider } from "@hookgate/providers";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import { BUCKET_MS, BUCKETS_KEPT_MS, bucketAt, EDGE_HERE } from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { BucketLevel, BucketSum, Metrics } from "../store/contract/metrics.ts";
import { type RecurringHandshake, readHandshakes } from "./handshake_state.ts";
import { downOf, outagesOf, type Patience, patienceOf } from "./patience.ts";
import { type Habit, type HourCount, habitOf, silenceOf } from "./silence.ts";

/** Habits are read from so many hours: eight weeks. */
const HISTORY_MS = 56 * 86_400_000;

/** A habit changes slowly, and is dear to read. */
const HABITS_KEPT_MS = 3_600_000;

/** Facts are read again after so long: pages and scrapes ask for them every few seconds. */
const FACTS_KEPT_MS = 30_000;

/** What one read of the store covers, in milliseconds: so little that commits do not wait for it. */
const SLICE_MS: Readonly<Record<BucketLevel, number>> = {
  minute: 12 * 3_600_000,
  hour: 7 * 86_400_000,
};

/** A source that has gone quiet against its habit. */
export interface Silence {
  /** When its last event came, in milliseconds since 1970. */
  since: number;
  /** How many come in such a time by habit. */
  expected: number;
}

/** What is known of a source. */
export interface SourceFacts {
  source: ConfiguredSource;
  provider: Provider;
  /** When an event last came, to the minute, or to the hour if that is two days ago; null if none did in eight weeks. */
  lastAt: number | null;
  patience: Patience;
  silence: Silence | null;
  handshake: Omit<RecurringHandshake, "source"> | null;
}

/** Options for {@linkcode sourceFacts}. */
export interface SourceFactsOptions {
  store: StoreTime & Pick<Metrics, "readBuckets"> & Pick<Bookkeeping, "handshakes">;
  sources: () => readonly ConfiguredSource[];
}

/** What eight weeks say. */
interface History {
  at: number;
  habits: ReadonlyMap<string, Habit>;
  /** The last hour with an event, by source. */
  lastHours: ReadonlyMap<string, number>;
}

/** Reads what is known of all sources of the configuration; answers within half a minute are the same. */
export function sourceFacts({ store, sources }: SourceFactsOptions): () => Promise<SourceFacts[]> {
  let history: History | null = null;
  let kept: { at: number; of: readonly ConfiguredSource[]; facts: Promise<SourceFacts[]> } | null =
    null;

  async function read(configured: readonly ConfiguredSource[]): Promise<SourceFacts[]> {
    const now = store.now();
    if (history === null || now - history.at > HABITS_KEPT_MS) history = await readHistory(store);
    const { habits, lastHours } = history;
    const from = bucketAt(now - BUCKETS_KEPT_MS.minute + BUCKET_MS.minute);
    const minutes = await readSlices(store, { level: "minute", from, to: now + 1 });
    const lastMinutes = latestOf(minutes.events);
    const outages = outagesOf(minutes.reported, { bucketMs: BUCKET_MS.minute, now });
    const down = downOf(outages, now);
    const handshakes = await readHandshakes(store, { sources: configured });
    return configured.flatMap((source) => {
      const { name } = source;
      const provider = sourceProvider(source);
      if (!provider) return [];
      const lastAt = lastMinutes.get(name) ?? lastHours.get(name) ?? null;
      const habit = habits.get(name);
      const silence = habit && lastAt !== null ? silenceOf(habit, { lastAt, now, down }) : null;
      const patience = patienceOf(provider, { outage: outages.at(-1) ?? null, now });
      const found = handshakes.find((one) => one.source.name === name);
      const handshake = found ? withoutSource(found) : null;
      return [{ source, provider, lastAt, patience, silence, handshake }];
    });
  }

  return function readFacts() {
    const now = store.now();
    const of = sources();
    if (kept === null || kept.of !== of || Math.abs(now - kept.at) > FACTS_KEPT_MS) {
      const facts = read(of);
      kept = { at: now, of, facts };
      // A failure is not kept.
      facts.catch(() => {
        kept = null;
      });
    }
    return kept.facts;
  };
}

function withoutSource({ source: _, ...handshake }: RecurringHandshake) {
  return handshake;
}

async function readHistory(store: SourceFactsOptions["store"]): Promise<History> {
  const at = store.now();
  const to = bucketAt(at, "hour");
  const { events, reported } = await readSlices(store, {
    level: "hour",
    from: to - HISTORY_MS,
    to,
  });
  const from = reported.length === 0 ? to : Math.min(...reported);
  const down = downOf(outagesOf(reported, { bucketMs: BUCKET_MS.hour, now: to }), to);
  const habits = new Map<string, Habit>();
  for (const [name, hours] of events) {
    const habit = habitOf(hours, { from, to, down });
    if (habit !== null) habits.set(name, habit);
  }
  return { at, habits, lastHours: latestOf(events) };
}

/** Events by source, and the buckets in which an edge reported. */
async function readSlices(
  store: SourceFactsOptions["store"],
  { level, from, to }: { level: BucketLevel; from: number; to: number },
): Promise<{ events: Map<string, HourCount[]>; reported: number[] }> {
  const events = new Map<string, HourCount[]>();
  const reported: number[] = [];
  const stepMs = BUCKET_MS[level];
  for (let start = from; start < to; start += SLICE_MS[level]) {
    const slice = { level, from: start, to: Math.min(to, start + SLICE_MS[level]), stepMs };
    for (const sum of await store.readBuckets({ ...slice, of: "events", by: "source" })) {
      addCount(events, sum);
    }
    const here = { of: "requests", by: null, outcome: EDGE_HERE } as const;
    for (const { at } of await store.readBuckets({ ...slice, ...here })) reported.push(at);
  }
  return { events, reported };
}

function addCount(
  events: Map<string, HourCount[]>,
  { at, name, counts: { received, duplicates } }: BucketSum,
): void {
  const count = received + duplicates;
  if (count === 0) return;
  const hours = events.get(name);
  if (hours) hours.push({ at, count });
  else events.set(name, [{ at, count }]);
}

function latestOf(events: ReadonlyMap<string, readonly HourCount[]>): Map<string, number> {
  return new Map([...events].map(([name, list]) => [name, Math.max(...list.map(({ at }) => at))]));
}
