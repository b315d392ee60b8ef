import { createHash } from "node:crypto";
import type { ReplayFilter } from "@hookgate/types";
import { type Events, PAGE_EVENTS_MAX } from "../store/contract/events.ts";
import { isRetired, type StoredSubscription } from "../store/contract/subscriptions.ts";
import type { ReadFieldsElsewhere } from "../subscriptions/body_fields.ts";
import { firstWanted, isFirst } from "./first_wanted.ts";
import { readCandidates } from "./read_candidates.ts";
import { repeatable } from "./repeatable.ts";

/** What a replay would repeat. */
export interface ReplayCount {
  /** Deliveries that match now, as far as counted. */
  matched: number;
  /** Whether that is all of them. */
  countedAll: boolean;
  /** The same by name of subscription. */
  bySubscription: Readonly<Record<string, number>>;
  /** SHA-256 of the ids of exactly these deliveries, in hexadecimal digits: another count of the same ones has the same. */
  digest: string;
  /** Named ids that are not stored. */
  unknown: readonly string[];
  /** Deliveries that would match, by name of their subscription, which is not served any more. */
  unserved: Readonly<Record<string, number>>;
  /** Named events that have no delivery, and that nobody wants now either. */
  unwanted: readonly string[];
}

/** Options for {@linkcode countReplay}. */
export interface CountReplayOptions {
  store: Pick<Events, "listEvents" | "getEvent" | "getDelivery">;
  subscriptions: readonly StoredSubscription[];
  /** Looks into large bodies. @default {at once, like into all others} */
  readElsewhere?: ReadFieldsElsewhere | undefined;
  /** Time after which counting ends, in milliseconds of `clock`. @default {5_000} */
  countMs?: number;
  /** @default {performance.now} */
  clock?: () => number;
}

/** Named ids are read one by one, with their bodies, so the time is checked more often. */
const NAMED_PAGE = 50;

/** Counts the deliveries that a replay with this filter would repeat now. Stops when the time is up; `countedAll` tells. */
export async function countReplay(
  filter: ReplayFilter,
  options: CountReplayOptions,
): Promise<ReplayCount> {
  const { store, subscriptions, countMs = 5_000, clock = () => performance.now() } = options;
  const endAt = clock() + countMs;
  const set = subscriptions.filter((one) => !isRetired(one));
  const served = new Set(set.map(({ definition }) => definition.name));
  const first = firstWanted(set, options);
  const limit = filter.ids ? NAMED_PAGE : PAGE_EVENTS_MAX;
  // Two ids can mean the same delivery.
  const named = new Set<string>();
  const counts = new Map<string, number>();
  const unserved = new Map<string, number>();
  const unknown: string[] = [];
  const unwanted: string[] = [];
  const digest = createHash("sha256");
  let cursor: string | null = null;
  for (;;) {
    const page = await readCandidates({ kind: "replay", filter, cursor }, { store, limit });
    unknown.push(...page.unknown);
    for (const candidate of page.candidates) {
      const { event, deliveries, subscription } = candidate;
      if (isFirst(candidate)) {
        const wanted = await first.do(event);
        if (wanted.length === 0) unwanted.push(event.id);
        for (const { subscription: name } of wanted) {
          digest.update(`${event.id} ${name}`);
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        continue;
      }
      for (const delivery of repeatable(deliveries, {
        subscription,
        state: filter.state,
        failure: filter.failure,
        replay: null,
      })) {
        if (named.has(delivery.id)) continue;
        if (filter.ids) named.add(delivery.id);
        const isServed = served.has(delivery.subscription);
        if (isServed) digest.update(delivery.id);
        const count = isServed ? counts : unserved;
        count.set(delivery.subscription, (count.get(delivery.subscription) ?? 0) + 1);
      }
    }
    cursor = page.cursor;
    if (page.last || clock() >= endAt) {
      const matched = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return {
        matched,
        countedAll: page.last,
        bySubscription: Object.fromEntries(counts),
        digest: digest.digest("hex"),
        unknown,
        unserved: Object.fromEntries(unserved),
        unwanted,
      };
    }
  }
}
