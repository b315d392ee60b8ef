import type { FromHost } from "./handler_message.ts";

/** Node caches a failed import for the life of the process, so after this time, in milliseconds, its host is replaced. */
const RETRY_MS = 5_000;

type Importing = Omit<Extract<FromHost, { kind: "importing" }>, "kind">;
type Imported = Omit<Extract<FromHost, { kind: "imported" }>, "kind">;

/** The handlers' modules in a host, by their paths. */
export class HostModules {
  readonly #monotonic: () => number;
  /** With the attempt that wants each; 0 if none does yet. */
  readonly #importing = new Map<string, number>();
  readonly #imported = new Map<string, Pick<Imported, "ok" | "sha256">>();
  /** Those to be imported before an attempt wants them. */
  readonly #prepared = new Set<string>();
  #failedAt = Number.POSITIVE_INFINITY;

  /** `monotonic` is a clock in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Whether any is being imported. */
  get importing(): boolean {
    return this.#importing.size > 0;
  }

  isImporting(path: string): boolean {
    return this.#importing.has(path);
  }

  /** Whether one is being imported that this attempt was the first to want. */
  isImportOf(key: number): boolean {
    return [...this.#importing.values()].includes(key);
  }

  /** Whether it can be called. */
  has(path: string): boolean {
    return this.#imported.get(path)?.ok ?? false;
  }

  /** SHA-256 of its file as it was imported; empty if that is not known. */
  sha256Of(path: string): string {
    return this.#imported.get(path)?.sha256 ?? "";
  }

  /** Whether one could not be imported that an attempt wanted, and it is time to try again. */
  get retryDue(): boolean {
    return this.#monotonic() - this.#failedAt >= RETRY_MS;
  }

  /** Whether it is to be imported before an attempt wants it: asked for once. */
  prepare(path: string): boolean {
    if (this.#prepared.has(path) || this.#imported.has(path) || this.isImporting(path))
      return false;
    this.#prepared.add(path);
    return true;
  }

  noteImporting({ path, key }: Importing): void {
    this.#importing.set(path, key);
  }

  noteImported({ path, ok, sha256 }: Imported): void {
    const isWanted = this.#importing.get(path) !== 0;
    this.#importing.delete(path);
    this.#imported.set(path, { ok, sha256 });
    // If no attempt wanted it, all are made where it is.
    if (!ok && isWanted) this.#failedAt = this.#monotonic();
  }
}
