import type { ReceivedEvent } from "@hookgate/types";
import type { Events } from "../store/contract/events.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import type { MatchedEvent, ReadFieldsElsewhere } from "../subscriptions/body_fields.ts";
import { matchSubscriptions, type Wanted } from "../subscriptions/match_subscriptions.ts";
import type { Candidate } from "./read_candidates.ts";

/**
 * Whether a replay delivers an event for the first time: who names one that nobody wanted when it came means whoever wants
 * it now. A filter, and the id of a delivery, mean deliveries that there are.
 */
export function isFirst({ deliveries, named }: Pick<Candidate, "deliveries" | "named">): boolean {
  return named === "event" && deliveries.length === 0;
}

/** Finds who wants an event for the first time. */
export interface FirstWanted {
  /** Those that may, by the event's type and source. */
  may(event: Omit<MatchedEvent, "headers" | "body">): StoredSubscription[];
  /** Those that do, by its body, too; none if it was removed since it was listed. */
  do(event: Pick<ReceivedEvent, "id">): Promise<readonly Wanted[]>;
}

/** Options for {@linkcode firstWanted}. */
export interface FirstWantedOptions {
  store: Pick<Events, "getEvent">;
  /** Looks into large bodies. @default {at once, like into all others} */
  readElsewhere?: ReadFieldsElsewhere | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** Compiles {@linkcode FirstWanted} of a set. */
export function firstWanted(
  set: readonly StoredSubscription[],
  { store, readElsewhere }: FirstWantedOptions,
): FirstWanted {
  const byName = new Map(set.map((one) => [one.definition.name, one]));
  const bare = set.map((one) => {
    return { ...one, definition: { ...one.definition, where: [], orderBy: null } };
  });
  const matchBare = matchSubscriptions(bare);
  const match = matchSubscriptions(set, { readElsewhere });
  return {
    may: (event) =>
      matchBare({ ...event, headers: NO_BYTES, body: NO_BYTES }).wanted.flatMap(
        ({ subscription }) => byName.get(subscription) ?? [],
      ),
    async do({ id }) {
      const whole = await store.getEvent(id);
      return whole ? (await match(whole.event)).wanted : [];
    },
  };
}
