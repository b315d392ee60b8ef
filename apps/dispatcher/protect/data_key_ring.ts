import type { KeyObject } from "node:crypto";
import { StartError } from "@hookgate/types";
import type { DataKey, DataKeyName, DataKeys } from "../store/contract/data_keys.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { MasterKey } from "./master_key.ts";

/** Keys that are kept in memory; past it the one that was read first goes. */
const KEYS_MAX = 20_000;

/**
 * How long a key is used from memory, in milliseconds, if other dispatchers may delete it: so long after an erasure they may
 * still read, and encrypt, with it.
 */
export const SHARED_KEY_MS = 5_000;

/** The key of what belongs to nobody. It also shows whether the master key is the one that the store's keys are wrapped with. */
const NOBODY: DataKeyName = { subject: "", source: "", month: "" };

/** A data key that can be used. */
export interface UsableKey {
  id: string;
  key: KeyObject;
}

interface Kept extends UsableKey {
  name: string;
  until: number;
}

/** Options for {@linkcode DataKeyRing}. */
export interface DataKeyRingOptions {
  store: StoreTime & DataKeys;
  master: MasterKey;
  /** How long a key is used from memory, in milliseconds. */
  keptMs: number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/** The data keys that this dispatcher uses: made, read, and kept in memory for a bounded time. */
export class DataKeyRing {
  readonly #options: DataKeyRingOptions;
  readonly #monotonic: () => number;
  readonly #byName = new Map<string, Kept>();
  readonly #byId = new Map<string, Kept>();
  #nobody: UsableKey | null = null;
  /** Counts erasures: what was read before one is not kept. */
  #erasures = 0;

  constructor(options: DataKeyRingOptions) {
    const { monotonic = () => performance.now() } = options;
    this.#options = options;
    this.#monotonic = monotonic;
  }

  /** The key of what belongs to nobody. */
  get nobody(): UsableKey {
    if (this.#nobody === null) throw new Error("Cannot protect: the store's keys are not read");
    return this.#nobody;
  }

  /**
   * Reads the key of what belongs to nobody, which is made first if there is none.
   *
   * @throws {StartError} if the master key is not the one of this store.
   */
  async open(): Promise<void> {
    const { master, store } = this.#options;
    const [kept] = await store.keepDataKeys([master.newKey(NOBODY, store.now())]);
    const key = kept && master.unwrap(kept);
    if (!kept || !key) {
      throw new StartError(
        "Cannot read protected data: this key is not the one that the store's keys are wrapped with; set DATA_KEY or DATA_KEY_FILE to the one in use before",
      );
    }
    this.#nobody = { id: kept.id, key };
  }

  /** The keys of these names, by name; those that there are not are made. */
  async named(names: readonly DataKeyName[]): Promise<ReadonlyMap<string, UsableKey>> {
    const { master, store } = this.#options;
    const now = this.#monotonic();
    const found = new Map<string, UsableKey>();
    const missing = new Map<string, DataKeyName>();
    for (const name of names) {
      const known = this.#byName.get(nameOf(name));
      if (known !== undefined && known.until > now) found.set(known.name, known);
      else missing.set(nameOf(name), name);
    }
    if (missing.size === 0) return found;
    const made = [...missing.values()].map((name) => master.newKey(name, store.now()));
    const erasures = this.#erasures;
    const kept = await store.keepDataKeys(made);
    for (const key of kept) found.set(nameOf(key), this.#keep(key, erasures));
    return found;
  }

  /** The keys of these ids, in their order; null if one was deleted. */
  async identified(ids: readonly string[]): Promise<readonly UsableKey[] | null> {
    const now = this.#monotonic();
    const found = new Map<string, UsableKey>([[this.nobody.id, this.nobody]]);
    for (const id of ids) {
      const known = this.#byId.get(id);
      if (known !== undefined && known.until > now) found.set(id, known);
    }
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length > 0) {
      const erasures = this.#erasures;
      for (const key of await this.#options.store.dataKeys(missing)) {
        found.set(key.id, this.#keep(key, erasures));
      }
    }
    const keys = ids.flatMap((id) => found.get(id) ?? []);
    return keys.length === ids.length ? keys : null;
  }

  /** Forgets all keys of persons, because some were deleted. */
  forget(): void {
    this.#erasures += 1;
    this.#byName.clear();
    this.#byId.clear();
  }

  #keep(stored: DataKey, erasures: number): UsableKey {
    const key = this.#options.master.unwrap(stored);
    if (key === null) throw new Error(`Cannot use data key ${stored.id}: it was changed`);
    const name = nameOf(stored);
    const until = this.#monotonic() + this.#options.keptMs;
    const kept: Kept = { id: stored.id, key, name, until };
    if (erasures !== this.#erasures) return kept;
    this.#byName.set(name, kept);
    this.#byId.set(kept.id, kept);
    for (const map of [this.#byName, this.#byId]) {
      const [first] = map.size > KEYS_MAX ? map.keys() : [];
      if (first !== undefined) map.delete(first);
    }
    return kept;
  }
}

/** A name as one text. */
export function nameOf({ subject, source, month }: DataKeyName): string {
  return `${subject} ${source} ${month}`;
}
