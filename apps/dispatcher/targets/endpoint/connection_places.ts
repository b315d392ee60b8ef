/** Connections to one origin at a time: as many as one subscription may ask for. */
export const ORIGIN_PLACES_MAX = 1_000;

/** Connections to all of them. */
export const PLACES_MAX = 4_000;

/** Bounds of {@linkcode ConnectionPlaces}. */
export interface ConnectionPlacesOptions {
  /** @default {ORIGIN_PLACES_MAX} */
  originMax?: number;
  /** @default {PLACES_MAX} */
  allMax?: number;
}

/**
 * Counts the exchanges that are under way, so that none waits for a connection while its time runs out: whoever finds no
 * place does not begin.
 */
export class ConnectionPlaces {
  readonly #originMax: number;
  readonly #allMax: number;
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(options: ConnectionPlacesOptions = {}) {
    const { originMax = ORIGIN_PLACES_MAX, allMax = PLACES_MAX } = options;
    this.#originMax = originMax;
    this.#allMax = allMax;
  }

  /** Places that are free for an origin. */
  free(origin: string): number {
    return Math.min(this.#originMax - (this.#taken.get(origin) ?? 0), this.#allMax - this.#all);
  }

  /** Takes a place; false where none is free. */
  take(origin: string): boolean {
    if (this.free(origin) <= 0) return false;
    this.#taken.set(origin, (this.#taken.get(origin) ?? 0) + 1);
    this.#all += 1;
    return true;
  }

  /** Gives a place back. */
  leave(origin: string): void {
    const left = (this.#taken.get(origin) ?? 0) - 1;
    if (left > 0) this.#taken.set(origin, left);
    else this.#taken.delete(origin);
    this.#all -= 1;
  }
}
