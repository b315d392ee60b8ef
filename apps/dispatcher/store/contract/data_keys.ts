/** A **data key**: what is encrypted about one person in the events of one source and month. */
export interface DataKey {
  /** 32 hexadecimal digits, random: what is encrypted names it. */
  id: string;
  /** The person, as a keyed hash in hexadecimal digits. Empty for what belongs to nobody: there is one such key. */
  subject: string;
  /** Name of the source; empty for what belongs to nobody. */
  source: string;
  /** Of the events' ids, such as `2026-12`; empty for what belongs to nobody. */
  month: string;
  /** In milliseconds since 1970. */
  madeAt: number;
  /** The key itself, encrypted with one that is not in the store. */
  wrapped: Uint8Array;
}

/** Whose keys are meant: those of all sources, or of one. */
export interface WhoseKeys {
  subject: string;
  source?: string | undefined;
}

/** The key that a new one would stand beside. */
export type DataKeyName = Pick<DataKey, "subject" | "source" | "month">;

/** Keeps data keys. */
export interface DataKeys {
  /**
   * Keeps keys, durably, unless there is one for the same person, source and month: of two dispatchers that make one at the
   * same time, the first wins. Returns for each the one that is kept, in order.
   */
  keepDataKeys(keys: readonly DataKey[]): Promise<DataKey[]>;

  /** The keys of these ids, in any order; deleted ones are left out. */
  dataKeys(ids: readonly string[]): Promise<DataKey[]>;

  /** The keys of a person, sorted by source and month. */
  dataKeysOf(whose: WhoseKeys): Promise<DataKeyName[]>;

  /** Deletes the keys of a person, durably, and returns how many there were. The next event makes a new one. */
  eraseDataKeys(whose: WhoseKeys): Promise<number>;

  /** Deletes keys of earlier months that were made before a time. Returns how many. The one of nobody stays. */
  pruneDataKeys(options: { monthBefore: string; madeBefore: number }): Promise<number>;
}

/** The month of a time, as keys have it. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}
