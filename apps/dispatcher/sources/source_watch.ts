import { TurnGate } from "@hookgate/async";
import type { ConfiguredSource } from "@hookgate/config";
import { senderName, sourceProvider } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import { BUCKET_MS, BUCKETS_KEPT_MS, bucketAt, REST } from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import {
  type BucketStore,
  jumpedOver,
  latestOf,
  readEvents,
  readReported,
  readTypeKey,
} from "./bucket_history.ts";
import { type RecurringHandshake, readHandshakes } from "./handshake_state.ts";
import type { PassedTime } from "./passed_time.ts";
import { downOf, joinOutages, type Outage, outagesOf, patienceOf } from "./patience.ts";
import { type Down, type Habit, habitOf, hoursUp, silenceOf, watchedTypes } from "./silence.ts";
import type { Silence, SourceFacts } from "./source_facts.ts";

/** Habits are read from so many hours: eight weeks. */
const HISTORY_MS = 56 * 86_400_000;

/** A habit changes slowly, and is dear to read. */
const HABITS_KEPT_MS = 3_600_000;

/** Facts are read again after so long: pages and scrapes ask for them every few seconds. */
const FACTS_KEPT_MS = 30_000;

/** Between two looks at what came of each type, in milliseconds. */
const LOOK_EVERY_MS = 60_000;

/** The first look comes this long after the start, in milliseconds: events and deliveries are served first. */
const FIRST_LOOK_MS = 5_000;

/** Types whose habit is watched, those that come most often. */
const TYPES_MAX = 1_000;

/** Quiet types of a source that are named, those of which most is missing. */
const QUIET_TYPES_MAX = 10;

/** Sources that are looked at, and habits that are read, in one turn of the event loop: a habit may take most of a millisecond. */
const PER_TURN = 8;

/** Another dispatcher may still write to a minute that has passed. */
const OPEN_MINUTES_MS = 2 * BUCKET_MS.minute;

/** Options for {@linkcode SourceWatch}. */
export interface SourceWatchOptions {
  store: StoreTime & BucketStore & Pick<Bookkeeping, "handshakes">;
  passed: Pick<PassedTime, "jumps" | "ago">;
  sources: () => readonly ConfiguredSource[];
  log: Log;
}

/** What eight weeks say. */
interface History {
  at: number;
  sources: ReadonlyMap<string, Habit>;
  /** By source. */
  types: ReadonlyMap<string, readonly TypeHabit[]>;
  /** How many types of all sources that are. */
  typesWatched: number;
  /** Of whole hours. */
  outages: readonly Outage[];
  /** The last hour with an event, by source. */
  lastHours: ReadonlyMap<string, number>;
}

/** The habit of a type of a source. */
interface TypeHabit {
  /** The type's name by `source_type`. */
  key: string;
  type: string;
  habit: Habit;
}

/** When each source, or each type of one, last came, as far as was read. */
interface Seen {
  readTo: number;
  lastAt: Map<string, number>;
}

interface Kept {
  at: number;
  of: readonly ConfiguredSource[];
  facts: Promise<SourceFacts[]>;
}

/**
 * Watches all sources of the configuration: their habits and silence, their handshakes, and what our outages mean for them. Eight
 * weeks of counts are read every hour, a slice at a time, apart from any call; until they have been nobody is called quiet.
 */
export class SourceWatch {
  readonly #options: SourceWatchOptions;
  readonly #turns = new TurnGate({ perTurn: PER_TURN });
  #history: History | null = null;
  #typesSeen: Seen | null = null;
  #sourcesSeen: Seen | null = null;
  #kept: Kept | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SourceWatchOptions) {
    this.#options = options;
  }

  /** Looks every minute from now on. */
  start(): void {
    this.#lookIn(FIRST_LOOK_MS);
  }

  /** Looks no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** What is known of all sources; answers within half a minute are the same. */
  facts(): Promise<readonly SourceFacts[]> {
    const now = this.#options.store.now();
    const of = this.#options.sources();
    const kept = this.#kept;
    if (kept !== null && kept.of === of && Math.abs(now - kept.at) <= FACTS_KEPT_MS) {
      return kept.facts;
    }
    const facts = this.#read(of);
    this.#kept = { at: now, of, facts };
    // A failure is not kept.
    facts.catch(() => {
      this.#kept = null;
    });
    return facts;
  }

  /** Reads what came since the last look, and once an hour the habits. Never rejects. */
  async look(): Promise<void> {
    const { store, log } = this.#options;
    try {
      const keptMs = Math.abs(store.now() - (this.#history?.at ?? Number.NEGATIVE_INFINITY));
      const isOld = keptMs > HABITS_KEPT_MS;
      if (isOld) await this.#readHistory();
      await this.#readTypes();
    } catch (error) {
      log.warn({ err: error }, "sources not watched, trying again in a minute");
    }
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(async () => {
      await this.look();
      if (!this.#closed) this.#lookIn(LOOK_EVERY_MS);
    }, ms);
    this.#timer.unref();
  }

  async #read(configured: readonly ConfiguredSource[]): Promise<SourceFacts[]> {
    const { store, passed } = this.#options;
    const now = store.now();
    const { jumps } = passed;
    const from = bucketAt(now - BUCKETS_KEPT_MS.minute + BUCKET_MS.minute);
    const minutes = { level: "minute", from, to: now + 1 } as const;
    const lastMinutes = await this.#readSources(now);
    const reported = [...(await readReported(store, minutes)), ...jumpedOver(jumps, minutes)];
    reported.sort((a, b) => a - b);
    const outages = joinOutages(
      this.#history?.outages ?? [],
      outagesOf(reported, { bucketMs: BUCKET_MS.minute, now }),
      reported,
    );
    const seen = await readHandshakes(store, { sources: configured, passed });
    const handshakes = new Map(seen.map((one) => [one.source.name, one]));
    const facts: SourceFacts[] = [];
    for (const source of configured) {
      await this.#turns.pass();
      const provider = sourceProvider(source);
      if (!provider) continue;
      const { name } = source;
      const lastAt = lastMinutes.get(name) ?? this.#history?.lastHours.get(name) ?? null;
      const found = handshakes.get(name);
      facts.push({
        ...{ source, provider, lastAt },
        ...this.#silences(name, { lastAt, now, down: [...downOf(outages, now), ...jumps] }),
        patience: patienceOf(
          { ...provider, name: senderName(provider) },
          { outage: outages.at(-1) ?? null, now },
        ),
        handshake: found ? withoutSource(found) : null,
      });
    }
    return facts;
  }

  /** When each source last came, in the minutes that are kept: those that were read before are not read again. */
  async #readSources(now: number): Promise<ReadonlyMap<string, number>> {
    const known = this.#sourcesSeen;
    const isOurs = known !== null && now >= known.readTo - OPEN_MINUTES_MS;
    // The clock was set back: what came after now did not.
    const { readTo, lastAt } = isOurs ? known : { readTo: 0, lastAt: new Map<string, number>() };
    await this.#readOn({ readTo, lastAt }, { now, by: "source" });
    this.#sourcesSeen = { readTo: now, lastAt };
    return lastAt;
  }

  /** Reads when each last came, from where that was read to. */
  async #readOn(
    { readTo, lastAt }: Seen,
    { now, by }: { now: number; by: "source" | "source_type" },
  ): Promise<void> {
    const oldest = now - BUCKETS_KEPT_MS.minute + BUCKET_MS.minute;
    const from = bucketAt(Math.max(readTo - OPEN_MINUTES_MS, oldest));
    const span = { level: "minute", from, to: now + 1 } as const;
    for (const [name, at] of latestOf(await readEvents(this.#options.store, span, by))) {
      lastAt.set(name, Math.max(lastAt.get(name) ?? Number.NEGATIVE_INFINITY, at));
    }
  }

  #silences(
    name: string,
    { lastAt, now, down }: { lastAt: number | null; now: number; down: readonly Down[] },
  ): Pick<SourceFacts, "silence" | "quietTypes"> {
    const history = this.#history;
    if (history === null || lastAt === null) return { silence: null, quietTypes: [] };
    const habit = history.sources.get(name);
    const watched = history.sources.size;
    const silence = habit ? silenceOf(habit, { lastAt, now, down, watched }) : null;
    if (silence !== null) return { silence: { ...silence, type: "" }, quietTypes: [] };
    return { silence: null, quietTypes: this.#quietTypes(name, history, down) };
  }

  #quietTypes(name: string, history: History, down: readonly Down[]): Silence[] {
    const seen = this.#typesSeen;
    if (seen === null) return [];
    // What came after the last look is not known.
    const watched = { now: seen.readTo, down, watched: watchedTypes(history.typesWatched) };
    const types = history.types.get(name) ?? [];
    const quiet = types.flatMap(({ key, type, habit }): Silence[] => {
      const lastAt = seen.lastAt.get(key);
      const silence = lastAt === undefined ? null : silenceOf(habit, { ...watched, lastAt });
      return silence === null ? [] : [{ ...silence, type }];
    });
    return quiet.toSorted((a, b) => b.expected - a.expected).slice(0, QUIET_TYPES_MAX);
  }

  async #readHistory(): Promise<void> {
    const { store, passed } = this.#options;
    const at = store.now();
    const { jumps } = passed;
    const to = bucketAt(at, "hour");
    const span = { level: "hour", from: to - HISTORY_MS, to } as const;
    const sources = await readEvents(store, span, "source");
    const reported = await readReported(store, span);
    const from = reported[0] ?? to;
    const there = [...reported, ...jumpedOver(jumps, { ...span, from })];
    const outages = outagesOf(there, { bucketMs: BUCKET_MS.hour, now: to });
    const up = hoursUp({ from, to, down: [...downOf(outages, to), ...jumps] });
    const typed = await readEvents(store, span, "source_type");
    const types: (TypeHabit & { source: string })[] = [];
    const typesOf = countBy(typed.keys(), (key) => readTypeKey(key).source);
    for (const [key, hours] of typed) {
      const { source, type } = readTypeKey(key);
      // The habit of an only type is its source's.
      if (type === REST || typesOf.get(source) === 1) continue;
      await this.#turns.pass();
      const habit = habitOf(hours, up);
      if (habit !== null) types.push({ source, key, type, habit });
    }
    const known = new Map<string, Habit>();
    for (const [name, hours] of sources) {
      await this.#turns.pass();
      const habit = habitOf(hours, up);
      if (habit !== null) known.set(name, habit);
    }
    const watched = mostFrequent(types);
    this.#history = {
      ...{ at, sources: known, outages },
      ...{ types: Map.groupBy(watched, ({ source }) => source), typesWatched: watched.length },
      lastHours: latestOf(sources),
    };
    // An event came in its hour: at the end of it, for all that is known.
    const lastAt = latestOf(typed);
    for (const [key, hour] of lastAt) {
      const before = this.#typesSeen?.lastAt.get(key) ?? Number.NEGATIVE_INFINITY;
      lastAt.set(key, Math.max(before, hour + BUCKET_MS.hour));
    }
    this.#typesSeen = { readTo: this.#typesSeen?.readTo ?? to, lastAt };
    // What is kept was read without them.
    this.#kept = null;
  }

  async #readTypes(): Promise<void> {
    const seen = this.#typesSeen;
    if (seen === null) return;
    const now = this.#options.store.now();
    await this.#readOn(seen, { now, by: "source_type" });
    seen.readTo = now;
    // The clock was set back: a type that is quiet from now on is not taken for one that came later.
    for (const [key, at] of seen.lastAt) seen.lastAt.set(key, Math.min(at, now + BUCKET_MS.hour));
  }
}

function withoutSource({ source: _, ...handshake }: RecurringHandshake) {
  return handshake;
}

function countBy(names: Iterable<string>, of: (name: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(of(name), (counts.get(of(name)) ?? 0) + 1);
  return counts;
}

function mostFrequent<Type extends TypeHabit>(types: readonly Type[]): readonly Type[] {
  if (types.length <= TYPES_MAX) return types;
  const sorted = types.toSorted((a, b) => b.habit.eventsPerMonth - a.habit.eventsPerMonth);
  return sorted.slice(0, TYPES_MAX);
}
