import type { Attempt } from "@hookgate/types";
import type { Claim, Outcome } from "../contract/deliveries.ts";
import { isId } from "../contract/ids.ts";
import { packId } from "./rows.ts";

/** Bytes of an id. */
const ID_BYTES = 16;

/** What a delivery is counted by. */
type Series = Pick<Outcome, "source" | "type" | "subscription">;

/** An outcome in the worker: its delivery by the bytes of the id; null if that is no id. */
export type ReadOutcome = Omit<Outcome, "deliveryId"> & { id: Uint8Array | null };

/** An outcome of a delivery that has succeeded, and of which nothing else is to be said: nearly all are. */
type PlainOutcome = Outcome & { attempt: Attempt };

/**
 * What the worker's `settle` takes. An object for each outcome costs several times what its bytes do on the way to the worker:
 * of those that succeeded the numbers travel, and the rest once for many.
 */
export interface PackedOutcomes {
  /** How many there are. */
  outcomes: number;
  claims: readonly Claim[];
  series: readonly Series[];
  /** Of each plain outcome its claim and its series, by their places, then number, start and duration of its attempt. */
  numbers: Float64Array;
  /** The ids of the plain ones. */
  ids: Uint8Array;
  /** The others, by their places among all. */
  others: ReadonlyMap<number, ReadOutcome>;
}

/** Packs outcomes for the worker. */
export function packOutcomes(outcomes: readonly Outcome[]): PackedOutcomes {
  const claims = new Places<Claim>();
  const series = new Places<Series>();
  const others = new Map<number, ReadOutcome>();
  const numbers: number[] = [];
  let hex = "";
  for (const [place, outcome] of outcomes.entries()) {
    const { deliveryId, source, type, subscription, claim, ...rest } = outcome;
    if (!isPlain(outcome)) {
      const id = isId(deliveryId, "dlv") ? packId(deliveryId) : null;
      others.set(place, { id, source, type, subscription, claim, ...rest });
      continue;
    }
    const { number, startedAt, durationMs } = outcome.attempt;
    hex += deliveryId.slice(4);
    numbers.push(claims.of(`${claim.dispatcherId}\n${claim.token}`, claim));
    numbers.push(series.of(`${source}\n${type}\n${subscription}`, { source, type, subscription }));
    numbers.push(number, startedAt, durationMs);
  }
  return {
    outcomes: outcomes.length,
    claims: claims.all,
    series: series.all,
    numbers: Float64Array.from(numbers),
    ids: new Uint8Array(Buffer.from(hex, "hex")),
    others,
  };
}

function isPlain(outcome: Outcome): outcome is PlainOutcome {
  const { deliveryId, next, attempt, failure, order, interruptions, suspect } = outcome;
  const marked = failure !== null || order !== null || interruptions !== 0 || suspect;
  if (next.state !== "delivered" || marked || attempt === null) return false;
  const { outcome: how, error, response } = attempt;
  return how === "succeeded" && error === "" && response === null && isId(deliveryId, "dlv");
}

/** Reads what {@linkcode packOutcomes} packed. */
export function readOutcomes(packed: PackedOutcomes): ReadOutcome[] {
  const { outcomes, claims, series, numbers, ids, others } = packed;
  let at = 0;
  let idAt = 0;
  const number = () => numbers[at++] ?? 0;
  const nextPlain = (): ReadOutcome => {
    const claim = claims[number()] as Claim;
    const { source, type, subscription } = series[number()] as Series;
    const attempt: Attempt = {
      number: number(),
      startedAt: number(),
      durationMs: number(),
      outcome: "succeeded",
      error: "",
      response: null,
    };
    const id = ids.subarray(idAt, idAt + ID_BYTES);
    idAt += ID_BYTES;
    const nothing = { failure: null, interruptions: 0, suspect: false, order: null };
    return {
      id,
      source,
      type,
      subscription,
      claim,
      next: { state: "delivered" },
      attempt,
      ...nothing,
    };
  };
  return Array.from({ length: outcomes }, (_, place) => others.get(place) ?? nextPlain());
}

/** Different things, each once, by their keys. */
class Places<T> {
  readonly all: T[] = [];
  readonly #places = new Map<string, number>();

  of(key: string, one: T): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.all.length);
    return this.all.push(one) - 1;
  }
}
