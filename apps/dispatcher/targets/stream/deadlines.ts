/** Something that ends when its time is up, kept in {@linkcode Deadlines}. */
export interface Expiring {
  /** Where it lies; null while it has no deadline. Only `Deadlines` writes it. */
  slot: number | null;
  /** Called once its time is up; it has no deadline any more by then. */
  expire(): void;
}

/** Deadlines are kept by the tenth of a second. */
const SLOT_MS = 100;

/**
 * The deadlines of many things, of which few are ever reached: setting, moving and removing one costs the same however
 * many there are, and one timer serves them all. Nothing expires early; it does so with the first tick after its slot.
 */
export class Deadlines {
  readonly #slots = new Map<number, Set<Expiring>>();
  #ticked: number;

  /** Times are milliseconds of one clock, which shows `now`. */
  constructor(now: number) {
    this.#ticked = Math.floor(now / SLOT_MS);
  }

  /** Gives a thing a deadline, in place of the one it had. */
  set(one: Expiring, deadline: number): void {
    this.delete(one);
    one.slot = Math.max(Math.ceil(deadline / SLOT_MS), this.#ticked + 1);
    const slot = this.#slots.get(one.slot);
    if (slot) slot.add(one);
    else this.#slots.set(one.slot, new Set([one]));
  }

  /** Takes a thing's deadline away. */
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
