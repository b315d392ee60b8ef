import { nextTurn } from "@hookgate/async";
import {
  type CapturedEvent,
  type Delivery,
  inFlagOrder,
  newId,
  type ReceivedEvent,
} from "@hookgate/types";
import type { Capture, CaptureResult, NewDelivery } from "../store/contract/captures.ts";
import type { Claim } from "../store/contract/deliveries.ts";
import type { MatchAnySize, Matching, MatchResult } from "../subscriptions/match_subscriptions.ts";

/** Bodies that are matched in one turn of the event loop, in bytes: hostile ones take up to 20 ms. */
const MATCHED_AT_ONCE_BYTES_MAX = 1024 * 1024;

/** The way into delivery for the deliveries of one commit. Disposing frees the slots that were not needed. */
export interface Admission extends Disposable {
  /** The claim to store a new delivery with, so that it starts at once; null if it has to wait its turn in the store. */
  reserve(deliveryId: string, subscription: string, bytes: number): Claim | null;
  /** The store has answered: starts what was stored for these events. */
  start(events: readonly ReceivedEvent[], storedOf: (index: number) => readonly Delivery[]): void;
}

/** What events are matched against, and who runs their deliveries. */
export interface Matched {
  entrance: {
    /** Called once for each commit. */
    admit(): Admission;
  };
  /** The set that events are matched against. */
  matching: () => Matching;
  /** Reads the set again, after a commit that was matched against an older one. */
  refreshMatching: () => Promise<void>;
  /** How data is protected before it is stored. @default it is not */
  protection?: ProtectEvents;
}

/** Protects data before it is stored. */
export interface ProtectEvents {
  /** Events as they are to be stored and delivered: at once if nothing of them is protected. */
  protect(
    events: readonly CapturedEvent[],
  ): readonly CapturedEvent[] | Promise<readonly CapturedEvent[]>;
  /** The order key of an event of this source as it is to be stored. */
  hideOrderKey(source: string, key: string | null): string | null;
}

/** What was stored of an event: its deliveries, and whether it got a flag. */
export type Stored = Pick<CaptureResult, "deliveries" | "seenBefore">;

/** Options for {@linkcode storeEvents}. */
export interface StoreEventsOptions<Result> extends Matched {
  /** One transaction of the store; null if the set of subscriptions has another revision by now. */
  commit: (captures: readonly Capture[], options: { revision: number }) => Promise<Result | null>;
  /** What was stored of the event at this index; null if nothing was. */
  storedOf: (result: Result, index: number) => Stored | null;
}

/**
 * Stores events in one transaction, each with the deliveries that its subscriptions want, and starts those that were
 * stored. They are matched as they came, and stored and delivered as they are protected. Matches again for as long as the set of
 * subscriptions changes meanwhile.
 */
export async function storeEvents<Result>(
  events: readonly CapturedEvent[],
  options: StoreEventsOptions<Result>,
): Promise<Result> {
  for (;;) {
    const result = await tryStore(events, options);
    if (result !== null) return result;
    await options.refreshMatching();
  }
}

async function tryStore<Result>(
  captured: readonly CapturedEvent[],
  { entrance, matching, commit, storedOf, protection = NOT_PROTECTED }: StoreEventsOptions<Result>,
): Promise<Result | null> {
  const { revision, match } = matching();
  const matched = matchAll(captured, match);
  const results = matched instanceof Promise ? await matched : matched;
  const given = protection.protect(captured);
  const stored = given instanceof Promise ? await given : given;
  using admission = entrance.admit();
  const captures = stored.map((event, index): Capture => {
    const { wanted, skipped } = results[index] ?? NOBODY;
    const bytes = event.body.length;
    const deliveries = wanted.map(({ subscription, orderKey }): NewDelivery => {
      const id = newId("dlv");
      const claim = admission.reserve(id, subscription, bytes);
      const hidden = protection.hideOrderKey(event.source, orderKey);
      return { id, subscription, orderKey: hidden, claim };
    });
    return { event, deliveries, skipped };
  });
  const result = await commit(captures, { revision });
  const kept = stored.map((_, index) => (result === null ? null : storedOf(result, index)));
  const events = stored.map((event, index) => (kept[index]?.seenBefore ? flagged(event) : event));
  admission.start(events, (index) => kept[index]?.deliveries ?? []);
  return result;
}

/** The event as it was stored: its first attempts see what later ones read from the store. */
function flagged(event: CapturedEvent): CapturedEvent {
  return { ...event, flags: inFlagOrder([...event.flags, "seen_before"]) };
}

const NOT_PROTECTED: ProtectEvents = {
  protect: (events) => events,
  hideOrderKey: (_source, key) => key,
};

const NOBODY: MatchResult = { wanted: [], skipped: [] };

/** What each event is matched to: at once if all their bodies are small, else a few in each turn of the event loop. */
function matchAll(
  events: readonly CapturedEvent[],
  match: MatchAnySize,
): readonly MatchResult[] | Promise<readonly MatchResult[]> {
  const bytes = events.reduce((sum, { body }) => sum + body.length, 0);
  if (bytes > MATCHED_AT_ONCE_BYTES_MAX) return matchInTurns(events, match);
  const results = events.map((event) => match(event));
  return results.every((result) => isSettled(result)) ? results : Promise.all(results);
}

function isSettled(result: MatchResult | Promise<MatchResult>): result is MatchResult {
  return !(result instanceof Promise);
}

async function matchInTurns(
  events: readonly CapturedEvent[],
  match: MatchAnySize,
): Promise<readonly MatchResult[]> {
  const results: MatchResult[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += event.body.length;
    if (bytes > MATCHED_AT_ONCE_BYTES_MAX) {
      await nextTurn();
      bytes = event.body.length;
    }
    results.push(await match(event));
  }
  return results;
}
