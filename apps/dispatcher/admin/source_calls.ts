import type { AdminHandlers, SourceStatusMessage } from "@hookgate/rpc";
import type { SourceFacts } from "../sources/source_facts.ts";
import { noCounts } from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Metrics } from "../store/contract/metrics.ts";
import { pointMessage } from "./metric_calls.ts";
import { type CountSeries, readSeries, windowOf } from "./metric_series.ts";
import { toRpcError } from "./rpc_errors.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Options for {@linkcode sourceCalls}. */
export interface SourceCallsOptions {
  store: StoreTime & Pick<Metrics, "readBuckets">;
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
      const sources = facts.map((one) => toMessage(one, days.get(one.source.name), window.from));
      return { sources: sources.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
    },
  };
}

function toMessage(
  { source, provider, lastAt, patience, silence, handshake }: SourceFacts,
  day: CountSeries | undefined,
  dayAt: number,
): SourceStatusMessage {
  const { outage, givesUpAt, ...same } = patience;
  return {
    name: source.name,
    provider: provider.id,
    ...(lastAt !== null && { lastReceivedAtMs: lastAt }),
    day: pointMessage(dayAt, day?.total ?? { events: noCounts(), requests: noCounts() }),
    ...(provider.ackDeadlineMs !== null && { ackDeadlineMs: provider.ackDeadlineMs }),
    patience: {
      ...same,
      ...(outage && { outageFromMs: outage.from }),
      ...(outage && outage.to !== null && { outageToMs: outage.to }),
      ...(givesUpAt !== null && { givesUpAtMs: givesUpAt }),
    },
    ...(silence && {
      silence: {
        sinceMs: silence.since,
        type: "",
        expected: silence.expected,
        problem: silenceSentence(silence.expected),
      },
    }),
    ...(handshake && {
      handshake: {
        everyMs: handshake.everyMs,
        ...(handshake.lastOkAt !== null && { lastOkAtMs: handshake.lastOkAt }),
        problem: handshake.problem ?? "",
      },
    }),
  };
}

/** What a silence means. */
function silenceSentence(expected: number): string {
  return `It has gone quiet: about ${Math.round(expected)} events come in such a time by habit.`;
}

/** What providers do not do any more, a sentence each. */
export function providerProblems(
  facts: readonly SourceFacts[],
): { source: string; problem: string; advice: string; sinceMs?: number }[] {
  return facts.flatMap(({ source: { name: source }, provider, silence, handshake }) => [
    ...(silence
      ? [
          {
            source,
            problem: silenceSentence(silence.expected),
            advice: `See whether ${provider.name} still has our URL, and what it says of its last deliveries.`,
            sinceMs: silence.since,
          },
        ]
      : []),
    ...(handshake?.problem
      ? [
          {
            source,
            problem: `Its recurring handshake ${handshake.problem === "late" ? "has stopped" : "failed last"}.`,
            advice: `${provider.name} may stop sending: see its settings of the webhook.`,
            ...(handshake.lastOkAt !== null && { sinceMs: handshake.lastOkAt }),
          },
        ]
      : []),
  ]);
}
