import type { Attempt } from "@hookgate/types";
import type { Claim, Outcome } from "../contract/deliveries.ts";
import { isId } from "../contract/ids.ts";
import { PackedReader } from "./packed_parts.ts";
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
  const claims = new Map<Claim, number>();
  const series = new SeriesPlaces();
  const others = new Map<number, ReadOutcome>();
  const numbers: number[] = [];
  let hex = "";
  outcomes.forEach((outcome, place) => {
    if (!isPlain(outcome)) {
      const { deliveryId, ...rest } = outcome;
      others.set(place, { id: isId(deliveryId, "dlv") ? packId(deliveryId) : null, ...rest });
      return;
    }
    const { claim, attempt } = outcome;
    const claimed = claims.get(claim) ?? claims.size;
    claims.set(claim, claimed);
    hex += outcome.deliveryId.slice(4);
    numbers.push(claimed, series.of(outcome));
    numbers.push(attempt.number, attempt.startedAt, attempt.durationMs);
  });
  return {
    outcomes: outcomes.length,
    claims: [...claims.keys()],
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
export function readOutcomes(input: PackedOutcomes): ReadOutcome[] {
  const { outcomes, claims, series, numbers, ids, others } = input;
  const packed = new PackedReader({ numbers, text: "", bytes: ids });
  const nextPlain = (): ReadOutcome => {
    const claim = claims[packed.number()] as Claim;
    const { source, type, subscription } = series[packed.number()] as Series;
    const attempt: Attempt = {
      number: packed.number(),
      startedAt: packed.number(),
      durationMs: packed.number(),
      outcome: "succeeded",
      error: "",
      response: null,
    };
    const nothing = { failure: null, interruptions: 0, suspect: false, order: null };
    return {
      id: packed.bytes(ID_BYTES),
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

/** Different series, each once. */
class SeriesPlaces {
  readonly all: Series[] = [];
  readonly #places = new Map<string, number>();
  #latest = -1;

  of({ source, type, subscription }: Series): number {
    // Mostly the same as before.
    const latest = this.all[this.#latest];
    if (latest?.subscription === subscription && latest.type === type && latest.source === source) {
      return this.#latest;
    }
    const key = `${source}\n${type}\n${subscription}`;
    this.#latest = this.#places.get(key) ?? this.all.push({ source, type, subscription }) - 1;
    this.#places.set(key, this.#latest);
    return this.#latest;
  }
}
