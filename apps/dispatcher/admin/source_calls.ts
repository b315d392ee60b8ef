import type { AdminHandlers, SourceStatusMessage } from "@hookgate/rpc";
import type { Patience } from "../sources/patience.ts";
import { silenceSentence } from "../sources/problems.ts";
import type { Silence, SourceFacts } from "../sources/source_facts.ts";
import { noCounts } from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Metrics } from "../store/contract/metrics.ts";
import { pointMessage } from "./metric_calls.ts";
import { type CountSeries, readSeries, windowOf } from "./metric_series.ts";
import { toRpcError } from "./rpc_errors.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Sources whose last events are read together; there may be a thousand, and commits wait behind them. */
const READ_TOGETHER_MAX = 16;

/** Options for {@linkcode sourceCalls}. */
export interface SourceCallsOptions {
  store: StoreTime & Pick<Metrics, "readBuckets"> & Pick<Events, "listEvents">;
  /** What is known of each source of the configuration. */
  sourceFacts: () => Promise<readonly SourceFacts[]>;
}

/** The operator's calls about sources. */
export function sourceCalls({
  store,
  sourceFacts,
}: SourceCallsOptions): Pick<AdminHandlers, "listSources"> {
  return {
    async listSources() {
      const window = windowOf(store.now(), { windowMs: DAY_MS, stepMs: HOUR_MS });
      if (typeof window === "string") throw new Error(`Cannot list sources: ${window}`);
      const [facts, series] = await Promise.all([
        sourceFacts(),
        readSeries(store, window, { by: "source", seriesMax: Number.POSITIVE_INFINITY }),
      ]).catch(toRpcError);
      const days = new Map(series.map((one) => [one.name, one]));
      const status = async (one: SourceFacts) => {
        const lastAt = await lastReceivedAt(store, one);
        return toMessage({ ...one, lastAt }, days.get(one.source.name), window.from);
      };
      const sources: SourceStatusMessage[] = [];
      for (let at = 0; at < facts.length; at += READ_TOGETHER_MAX) {
        const some = facts.slice(at, at + READ_TOGETHER_MAX);
        sources.push(...(await Promise.all(some.map(status)).catch(toRpcError)));
      }
      return { sources: sources.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
    },
  };
}

/** The counts know the minute or the hour; what is stored, the moment. A duplicate is only counted. */
async function lastReceivedAt(
  store: Pick<Events, "listEvents">,
  { source: { name }, lastAt }: SourceFacts,
): Promise<number | null> {
  if (lastAt === null) return null;
  const { events } = await store.listEvents({ source: name, limit: 1 });
  return Math.max(lastAt, events[0]?.event.receivedAt ?? 0);
}

function toMessage(
  facts: SourceFacts,
  day: CountSeries | undefined,
  dayAt: number,
): SourceStatusMessage {
  const { source, provider, lastAt, patience, silence, quietTypes, handshake } = facts;
  return {
    name: source.name,
    provider: provider.id,
    ...(lastAt !== null && { lastReceivedAtMs: lastAt }),
    day: pointMessage(dayAt, day?.total ?? { events: noCounts(), requests: noCounts() }),
    ...(provider.ackDeadlineMs !== null && { ackDeadlineMs: provider.ackDeadlineMs }),
    patience: patienceMessage(patience),
    ...(silence && { silence: silenceMessage(silence) }),
    quietTypes: quietTypes.map(silenceMessage),
    ...(handshake && {
      handshake: {
        everyMs: handshake.everyMs,
        ...(handshake.lastOkAt !== null && { lastOkAtMs: handshake.lastOkAt }),
        problem: handshake.problem ?? "",
      },
    }),
  };
}

function patienceMessage(patience: Patience): NonNullable<SourceStatusMessage["patience"]> {
  const { retries, note, advice, outage, nextRetryAt, givesUpAt, switchesOffAt } = patience;
  return {
    ...{ note, advice },
    ...(retries !== null && { retries }),
    ...(outage && { outageFromMs: outage.from }),
    ...(outage && outage.to !== null && { outageToMs: outage.to }),
    ...(nextRetryAt !== null && { nextRetryAtMs: nextRetryAt }),
    ...(givesUpAt !== null && { givesUpAtMs: givesUpAt }),
    ...(switchesOffAt !== null && { switchesOffAtMs: switchesOffAt }),
  };
}

function silenceMessage(silence: Silence) {
  const { since, type, expected } = silence;
  return { sinceMs: since, type, expected, problem: silenceSentence(silence) };
}
