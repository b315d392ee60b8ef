import { LRUCache } from "lru-cache";

/**
 * A `Map` with a limit: past it, the least recently used entry is removed. koa-ratelimit's memory driver insists on a
 * `Map` and never removes anything from it.
 */
export class BoundedMap<K extends object | string, V extends object> extends Map<K, V> {
  readonly #cache: LRUCache<K, V>;

  constructor(entriesMax: number) {
    super();
    this.#cache = new LRUCache({ max: entriesMax });
  }

  override get size(): number {
    return this.#cache.size;
  }

  override get(key: K): V | undefined {
    return this.#cache.get(key);
  }

  override has(key: K): boolean {
    return this.#cache.has(key);
  }

  override set(key: K, value: V): this {
    this.#cache.set(key, value);
    return this;
  }

  override delete(key: K): boolean {
    return this.#cache.delete(key);
  }

  override clear(): void {
    this.#cache.clear();
  }

  override forEach(callback: (value: V, key: K, map: Map<K, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }

  override entries(): MapIterator<[K, V]> {
    return new Map(this.#cache.entries()).entries();
  }

  override keys(): MapIterator<K> {
    return new Map(this.#cache.entries()).keys();
  }

  override values(): MapIterator<V> {
    return new Map(this.#cache.entries()).values();
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}
