import type { DataKey, DataKeys } from "../../store/contract/data_keys.ts";
import { nameOf } from "../data_key_ring.ts";

/** Data keys in a map: the contract's other implementation, which counts how often it was read. */
export function memoryKeys(shared = false) {
  const keys = new Map<string, DataKey>();
  let reads = 0;
  const ofSubject = ({ subject, source }: Parameters<DataKeys["dataKeysOf"]>[0]) =>
    [...keys.values()].filter(
      (key) => key.subject === subject && (source ?? key.source) === key.source,
    );
  return {
    shared,
    keys,
    get reads() {
      return reads;
    },
    now: () => Date.now(),
    async keepDataKeys(given: readonly DataKey[]) {
      reads += 1;
      for (const key of given) if (!keys.has(nameOf(key))) keys.set(nameOf(key), key);
      return given.flatMap((key) => keys.get(nameOf(key)) ?? []);
    },
    async dataKeys(ids: readonly string[]) {
      reads += 1;
      return [...keys.values()].filter(({ id }) => ids.includes(id));
    },
    dataKeysOf: async (whose: Parameters<DataKeys["dataKeysOf"]>[0]) =>
      ofSubject(whose).map(({ subject, source, month }) => ({ subject, source, month })),
    async eraseDataKeys(whose: Parameters<DataKeys["dataKeysOf"]>[0]) {
      const found = ofSubject(whose);
      for (const key of found) keys.delete(nameOf(key));
      return found.length;
    },
    pruneDataKeys: async () => 0,
  };
}
