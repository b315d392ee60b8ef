/** Something with a deadline, kept in {@linkcode Deadlines}. */
export interface Expiring {
  /** Its slot; null while it has no deadline. Only `Deadlines` writes it. */
  slot: number | null;
  /** Called when its time is up; by then it has no deadline any more. */
  expire(): void;
}

/** Deadlines are kept in slots of a tenth of a second, in milliseconds. */
const SLOT_MS = 100;

/**
 * Many deadlines, few of which are ever reached. Setting, moving and removing one takes constant time, and one timer serves
 * them all. Nothing expires early; it expires with the first tick after its slot.
 */
export class Deadlines {
  readonly #slots = new Map<number, Set<Expiring>>();
  #ticked: number;

  /** Times are milliseconds of one clock, which shows `now`. */
  constructor(now: number) {
    this.#ticked = Math.floor(now / SLOT_MS);
  }

  /** Sets or replaces a deadline. */
  set(one: Expiring, deadline: number): void {
    const number = Math.max(Math.ceil(deadline / SLOT_MS), this.#ticked + 1);
    if (one.slot === number) return;
    this.delete(one);
    one.slot = number;
    const slot = this.#slots.get(number);
    if (slot) slot.add(one);
    else this.#slots.set(number, new Set([one]));
  }

  /** Removes a deadline. */
  delete(one: Expiring): void {
    if (one.slot === null) return;
    const slot = this.#slots.get(one.slot);
    slot?.delete(one);
    if (slot?.size === 0) this.#slots.delete(one.slot);
    one.slot = null;
  }

  /** Expires what is due. */
  tick(now: number): void {
    const end = Math.floor(now / SLOT_MS);
    while (this.#ticked < end) {
      this.#ticked += 1;
      const slot = this.#slots.get(this.#ticked);
      if (!slot) continue;
      for (const one of slot) {
        this.delete(one);
        one.expire();
      }
    }
  }
}
