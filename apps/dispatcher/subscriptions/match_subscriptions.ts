import { compilePatterns } from "@hookgate/config";
import { pointerTree, readContentScalars } from "@hookgate/providers";
import { LOOKED_INTO_AT_ONCE_BYTES_MAX } from "@hookgate/receive";
import { type Condition, DOCTOR_SOURCE, SKIPPED_MAX, type Skipped } from "@hookgate/types";
import { isRetired, type StoredSubscription } from "../store/contract/subscriptions.ts";
import type { Fields, MatchedEvent, ReadElsewhere, ReadFieldsElsewhere } from "./body_fields.ts";
import { describeCondition, meetsCondition } from "./conditions.ts";
import { orderKey } from "./order_key.ts";

/** Most pairs of type and source whose plans are cached; when the cache is full it is cleared. */
const CACHED_PAIRS_MAX = 10_000;

/** A subscription that gets a delivery of an event. */
export interface Wanted {
  subscription: string;
  /** Deliveries with the same key are attempted in order; null if the subscription has no `orderBy`. */
  orderKey: string | null;
}

/** The subscriptions that get an event, and at most SKIPPED_MAX of those that want its type but do not get it. */
export interface MatchResult {
  wanted: readonly Wanted[];
  skipped: readonly Skipped[];
}

/** What {@linkcode matchSubscriptions} compiles a set into. */
export type Match = (event: MatchedEvent) => MatchResult;

/** The same with `readElsewhere`: of an event with a large body that decides, a promise. */
export type MatchAnySize = (event: MatchedEvent) => MatchResult | Promise<MatchResult>;

/** A compiled set and its revision, which a commit has to name. */
export interface Matching {
  revision: number;
  match: MatchAnySize;
}

/**
 * Compiles a set of subscriptions into a function that returns, for an event, the subscriptions that get it, in the
 * set's order, and those that want its type but do not get it, each with the first reason that applies: its source, a
 * condition that the body does not meet (a body that is neither JSON nor a form meets none), or a pause because of the backlog.
 *
 * Subscriptions removed from the configuration, or being deleted, match nothing. Paused ones still match: their deliveries wait.
 *
 * A body is only parsed if a subscription has conditions or an order key, and then once for all of them: a large one by
 * `readElsewhere`, so that it does not hold up this loop.
 */
export function matchSubscriptions(set: readonly StoredSubscription[]): Match;
export function matchSubscriptions(
  set: readonly StoredSubscription[],
  options: { readElsewhere?: ReadFieldsElsewhere | undefined },
): MatchAnySize;
export function matchSubscriptions(
  set: readonly StoredSubscription[],
  { readElsewhere }: { readElsewhere?: ReadFieldsElsewhere | undefined } = {},
): MatchAnySize {
  const current = set.filter((one) => !isRetired(one)).map(compile);
  const pointers = current.flatMap(({ conditions, orderBy }) => {
    return [...conditions.map(({ pointer }) => pointer), ...(orderBy === null ? [] : [orderBy])];
  });
  const tree = pointerTree(pointers);
  const cached = new Map<string, Map<string, Plan>>();
  let pairs = 0;

  function planFor(source: string, type: string): Plan {
    const known = cached.get(source)?.get(type);
    if (known) return known;
    if (pairs >= CACHED_PAIRS_MAX) {
      cached.clear();
      pairs = 0;
    }
    const plan = makePlan(current, { source, type });
    const ofSource = cached.get(source) ?? new Map<string, Plan>();
    cached.set(source, ofSource.set(type, plan));
    pairs += 1;
    return plan;
  }

  return (event) => {
    const { settled, candidates } = planFor(event.source, event.type);
    if (settled !== null) return settled;
    if (readElsewhere !== undefined && event.body.length > LOOKED_INTO_AT_ONCE_BYTES_MAX) {
      return readElsewhere(event, tree).then((found) => decide(candidates, found));
    }
    return decide(candidates, { fields: readContentScalars(event, tree) });
  };
}

interface Compiled {
  name: string;
  wantsType: (type: string) => boolean;
  wantsSource: (source: string) => boolean;
  conditions: readonly (Condition & { description: string })[];
  orderBy: string | null;
  /** Why it gets no new events; null if it does. */
  closed: string | null;
}

function compile({ definition, paused }: StoredSubscription): Compiled {
  const { name, events, sources, where, orderBy } = definition;
  return {
    name,
    wantsType: compilePatterns(events),
    wantsSource: compilePatterns(sources),
    conditions: where.map((condition) => {
      return { ...condition, description: describeCondition(condition) };
    }),
    orderBy,
    closed: paused?.by === "backlog" ? "paused: backlog" : null,
  };
}

/** A subscription that wants the type of an event. */
interface Candidate {
  subscription: Compiled;
  sourceFits: boolean;
}

/** What all events of one type and source have in common. */
interface Plan {
  /** The result, if it does not depend on the body. */
  settled: MatchResult | null;
  /** Otherwise, the subscriptions that want the type. */
  candidates: readonly Candidate[];
}

function makePlan(
  current: readonly Compiled[],
  { source, type }: { source: string; type: string },
): Plan {
  // Test events are for nobody, whatever a pattern says.
  if (source === DOCTOR_SOURCE) return { settled: { wanted: [], skipped: [] }, candidates: [] };
  const candidates = current
    .filter(({ wantsType }) => wantsType(type))
    .map((subscription) => ({ subscription, sourceFits: subscription.wantsSource(source) }));
  const looksInside = candidates.some(({ subscription: { conditions, orderBy }, sourceFits }) => {
    return sourceFits && (conditions.length > 0 || orderBy !== null);
  });
  if (looksInside) return { settled: null, candidates };
  return { settled: decide(candidates, { fields: null }), candidates: [] };
}

function decide(
  candidates: readonly Candidate[],
  { fields, orderKeys }: Pick<ReadElsewhere, "fields"> & Partial<ReadElsewhere>,
): MatchResult {
  const wanted: Wanted[] = [];
  const skipped: Skipped[] = [];
  for (const { subscription, sourceFits } of candidates) {
    const { name, orderBy } = subscription;
    const reason = sourceFits ? findReason(subscription, fields) : "source";
    if (reason === null) {
      const key =
        orderBy === null ? null : (orderKeys?.get(orderBy) ?? orderKey(fields?.get(orderBy)));
      wanted.push({ subscription: name, orderKey: key });
    } else if (skipped.length < SKIPPED_MAX) {
      skipped.push({ subscription: name, reason });
    }
  }
  return { wanted, skipped };
}

/** Why a subscription does not get an event whose type and source it wants; null if it does. */
function findReason({ conditions, closed }: Compiled, fields: Fields): string | null {
  if (conditions.length > 0 && fields === null) return "the body is neither JSON nor a form";
  const failed = conditions.find((one) => !meetsCondition(fields?.get(one.pointer), one));
  return failed?.description ?? closed;
}
