import { newId, type Replay } from "@hookgate/types";
import type { Events } from "../store/contract/events.ts";
import type { ReplayedDelivery, ReplayStep } from "../store/contract/replays.ts";
import { isRetired, type StoredSubscription } from "../store/contract/subscriptions.ts";
import type { ReadFieldsElsewhere } from "../subscriptions/body_fields.ts";
import { matchSubscriptions } from "../subscriptions/match_subscriptions.ts";
import { firstWanted, isFirst } from "./first_wanted.ts";
import { type Candidate, readCandidates } from "./read_candidates.ts";
import { repeatable } from "./repeatable.ts";

/** Options for {@linkcode planStep}. */
export interface PlanStepOptions {
  store: Pick<Events, "listEvents" | "getEvent" | "getDelivery">;
  /** The current set. */
  subscriptions: readonly StoredSubscription[];
  /** Most events to look at. */
  eventsMax: number;
  /** Most deliveries to make, but always those of one event. */
  deliveriesMax: number;
  /** Looks into large bodies. @default {at once, like into all others} */
  readElsewhere?: ReadFieldsElsewhere | undefined;
  /** The order key of an event of this source as it is stored. @default as it is */
  hideOrderKey?: ((source: string, key: string | null) => string | null) | undefined;
}

/** The next step of a replay, or the subscription it waits for because that is paused or missing. */
export type StepPlan = ReplayStep | { waitsFor: string; because: "paused" | "missing" };

/** A delivery to make, before the body was read. */
interface Wanted {
  subscription: StoredSubscription;
  replayOf: string | null;
}

/** The same, once it was: with the order key as the body has it. */
type Completed = Omit<ReplayedDelivery, "id" | "eventId">;

const AS_IT_IS = (_source: string, key: string | null) => key;

/** A filter that every event passes. */
const EVERYTHING = { events: ["*"], sources: ["*"], where: [] };

/**
 * Decides which deliveries the next step of a replay makes. Nothing is made for a subscription that is paused: the step
 * ends before that event, and the replay waits there. Removed subscriptions are skipped.
 */
export async function planStep(replay: Replay, options: PlanStepOptions): Promise<StepPlan> {
  const { subscriptions, eventsMax, deliveriesMax, hideOrderKey = AS_IT_IS } = options;
  const served = new Map(
    subscriptions
      .filter((one) => !isRetired(one))
      .map((subscription) => [subscription.definition.name, subscription]),
  );
  const chooser = makeChooser(replay, { ...options, served });
  if ("waitsFor" in chooser) return chooser;
  const page = await readCandidates(replay, { ...options, limit: eventsMax });
  const deliveries: ReplayedDelivery[] = [];
  let seen = 0;
  let to = replay.cursor;
  for (const candidate of page.candidates) {
    const wanted = chooser.choose(candidate);
    const paused = wanted.find(({ subscription }) => subscription.paused !== null);
    if (paused && seen === 0) {
      return { waitsFor: paused.subscription.definition.name, because: "paused" };
    }
    const full = deliveries.length > 0 && deliveries.length + wanted.length > deliveriesMax;
    if (paused || full) return { from: replay.cursor, to, seen, deliveries, done: false };
    const { id: eventId, source } = candidate.event;
    for (const { orderKey, ...one } of await chooser.complete(candidate, wanted)) {
      const hidden = hideOrderKey(source, orderKey);
      deliveries.push({ id: newId("dlv"), eventId, ...one, orderKey: hidden });
    }
    seen += 1;
    to = candidate.cursor;
  }
  return { from: replay.cursor, to: page.cursor, seen, deliveries, done: page.last };
}

interface Chooser {
  /** The deliveries to make of an event, as far as that can be decided without its body. */
  choose(candidate: Candidate): Wanted[];
  /** The same, completed from the body. */
  complete(candidate: Candidate, wanted: readonly Wanted[]): Promise<Completed[]>;
}

type ChooserOptions = Pick<PlanStepOptions, "store" | "readElsewhere"> & {
  served: ReadonlyMap<string, StoredSubscription>;
};

function makeChooser(
  replay: Replay,
  options: ChooserOptions,
): Chooser | Extract<StepPlan, { waitsFor: string }> {
  if (replay.kind === "replay") return repeating(replay, options);
  const name = replay.filter.subscription ?? "";
  const subscription = options.served.get(name);
  if (!subscription) return { waitsFor: name, because: "missing" };
  if (subscription.paused !== null) return { waitsFor: name, because: "paused" };
  return backfilling(subscription, options);
}

function repeating(replay: Replay, { store, served, readElsewhere }: ChooserOptions): Chooser {
  const first = firstWanted([...served.values()], { store, readElsewhere });
  return {
    choose(candidate) {
      const { event, deliveries, subscription } = candidate;
      if (isFirst(candidate)) {
        return first.may(event).map((one) => ({ subscription: one, replayOf: null }));
      }
      const { state, failure } = replay.filter;
      const wanted = { subscription, state, failure, replay: replay.id };
      const ended = repeatable(deliveries, wanted);
      return ended.flatMap((delivery) => {
        const found = served.get(delivery.subscription);
        return found ? { subscription: found, replayOf: delivery.id } : [];
      });
    },

    async complete(candidate, wanted) {
      const { event } = candidate;
      if (isFirst(candidate)) {
        const found = wanted.length === 0 ? [] : await first.do(event);
        return found.map((one) => ({ ...one, replayOf: null }));
      }
      const ordered = wanted.filter(({ subscription }) => subscription.definition.orderBy !== null);
      const whole = ordered.length === 0 ? null : await store.getEvent(event.id);
      // Removed since it was listed.
      if (ordered.length > 0 && !whole) return [];
      const set = ordered.map(({ subscription }) => passAll(subscription));
      const match = matchSubscriptions(set, { readElsewhere });
      const keys = whole ? (await match(whole.event)).wanted : [];
      const keyOf = new Map(keys.map(({ subscription, orderKey }) => [subscription, orderKey]));
      return wanted.map(({ subscription, replayOf }) => {
        const { name } = subscription.definition;
        return { subscription: name, replayOf, orderKey: keyOf.get(name) ?? null };
      });
    },
  };
}

function backfilling(
  subscription: StoredSubscription,
  { store, readElsewhere }: ChooserOptions,
): Chooser {
  const { name, where, orderBy } = subscription.definition;
  const readsBody = where.length > 0 || orderBy !== null;
  const first = firstWanted([subscription], { store, readElsewhere });
  return {
    choose({ event, deliveries }) {
      if (deliveries.some((delivery) => delivery.subscription === name)) return [];
      return first.may(event).map((one) => ({ subscription: one, replayOf: null }));
    },

    async complete({ event }, [wanted]) {
      if (!wanted) return [];
      const found = readsBody ? await first.do(event) : [{ subscription: name, orderKey: null }];
      return found.map((one) => ({ ...one, replayOf: null }));
    },
  };
}

/** The same subscription without a filter: matching then returns the order key of events it no longer wants, too. */
function passAll(subscription: StoredSubscription): StoredSubscription {
  return {
    ...subscription,
    definition: { ...subscription.definition, ...EVERYTHING },
    paused: null,
  };
}
