import { type JsonField, pointerTree, readJsonScalars } from "@hookgate/providers";
import { type Condition, type ReceivedEvent, SKIPPED_MAX, type Skipped } from "@hookgate/types";
import type { StoredSubscription } from "../store/contract/event_store.ts";
import { compilePattern } from "./compile_pattern.ts";
import { describeCondition } from "./describe_condition.ts";
import { meetsCondition } from "./meets_condition.ts";
import { orderKey } from "./order_key.ts";

/** Pairs of type and source whose matches are remembered; past it the memory starts anew. */
const REMEMBERED_PAIRS_MAX = 10_000;

/** A subscription that an event is to have a delivery for. */
export interface Wanted {
  subscription: string;
  /** Key that it is kept in order by; null where its subscription keeps no order. */
  orderKey: string | null;
}

/** Who wants an event, and who does not though the type is one of theirs: at most SKIPPED_MAX of these. */
export interface MatchResult {
  wanted: readonly Wanted[];
  skipped: readonly Skipped[];
}

/** What {@linkcode matchSubscriptions} compiles a set into. */
export type Match = (event: Pick<ReceivedEvent, "type" | "source" | "body">) => MatchResult;

/**
 * Compiles a set of subscriptions into a function from an event to those that want it, in the set's order, and those that
 * it was kept from, each with the first reason there is: its source, a condition that its body does not meet (a body that
 * is not JSON meets none), the subscription's full backlog. Subscriptions that the configuration does not have any more
 * want nothing; other paused ones do: their deliveries wait.
 *
 * Bodies are read only where a subscription has conditions or an order, then once for all.
 */
export function matchSubscriptions(set: readonly StoredSubscription[]): Match {
  const current = set.filter(({ paused }) => paused?.by !== "configuration").map(compile);
  const pointers = current.flatMap(({ conditions, orderBy }) => {
    return [...conditions.map(({ pointer }) => pointer), ...(orderBy === null ? [] : [orderBy])];
  });
  const tree = pointerTree(pointers);
  const remembered = new Map<string, Map<string, Plan>>();
  let pairs = 0;

  function planFor(source: string, type: string): Plan {
    const known = remembered.get(source)?.get(type);
    if (known) return known;
    if (pairs >= REMEMBERED_PAIRS_MAX) {
      remembered.clear();
      pairs = 0;
    }
    const plan = makePlan(current, { source, type });
    const ofSource = remembered.get(source) ?? new Map<string, Plan>();
    remembered.set(source, ofSource.set(type, plan));
    pairs += 1;
    return plan;
  }

  return ({ source, type, body }) => {
    const { settled, candidates } = planFor(source, type);
    return settled ?? decide(candidates, { fields: readJsonScalars(body, tree) });
  };
}

interface Compiled {
  name: string;
  wantsType: (type: string) => boolean;
  wantsSource: (source: string) => boolean;
  conditions: readonly (Condition & { description: string })[];
  orderBy: string | null;
  /** Why it is given nothing new; null where it is. */
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

function compilePatterns(patterns: readonly string[]): (text: string) => boolean {
  const compiled = patterns.map(compilePattern);
  return (text) => compiled.some((matches) => matches(text));
}

/** A subscription that wants the type of an event, and whether it wants its source. */
interface Candidate {
  subscription: Compiled;
  sourceFits: boolean;
}

/** What is known of all events of one type and source. */
interface Plan {
  /** What becomes of them, where nothing depends on their bodies. */
  settled: MatchResult | null;
  /** Otherwise, those whose types they fit. */
  candidates: readonly Candidate[];
}

function makePlan(
  current: readonly Compiled[],
  { source, type }: { source: string; type: string },
): Plan {
  const candidates = current
    .filter(({ wantsType }) => wantsType(type))
    .map((subscription) => ({ subscription, sourceFits: subscription.wantsSource(source) }));
  const looksInside = candidates.some(({ subscription: { conditions, orderBy }, sourceFits }) => {
    return sourceFits && (conditions.length > 0 || orderBy !== null);
  });
  if (looksInside) return { settled: null, candidates };
  return { settled: decide(candidates, { fields: null }), candidates: [] };
}

/** Fields of a body; null where it is not JSON. */
type Fields = ReadonlyMap<string, JsonField> | null;

function decide(candidates: readonly Candidate[], { fields }: { fields: Fields }): MatchResult {
  const wanted: Wanted[] = [];
  const skipped: Skipped[] = [];
  for (const { subscription, sourceFits } of candidates) {
    const { name, orderBy } = subscription;
    const reason = sourceFits ? findReason(subscription, fields) : "source";
    if (reason === null) {
      const key = orderBy === null ? null : orderKey(fields?.get(orderBy));
      wanted.push({ subscription: name, orderKey: key });
    } else if (skipped.length < SKIPPED_MAX) {
      skipped.push({ subscription: name, reason });
    }
  }
  return { wanted, skipped };
}

/** Why a subscription is not given an event of its types and sources; null where it is. */
function findReason({ conditions, closed }: Compiled, fields: Fields): string | null {
  if (conditions.length > 0 && fields === null) return "the body is not JSON";
  const failed = conditions.find((one) => !meetsCondition(fields?.get(one.pointer), one));
  return failed?.description ?? closed;
}
