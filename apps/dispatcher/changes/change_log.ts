import type { Log } from "@hookgate/telemetry";
import { newId } from "@hookgate/types";
import type { Change, ChangeKind, Changes } from "../store/contract/changes.ts";
import type { StoreTime } from "../store/contract/event_store.ts";

/** Changes that wait to be written; further ones are dropped, with a line in the log. */
const WAITING_MAX = 200;

/** Longest text of a change, in characters. */
const TEXT_CHARS_MAX = 500;

/** Files whose content is remembered. */
const FILES_MAX = 1_000;

/** Options for {@linkcode ChangeLog}. */
export interface ChangeLogOptions {
  store: StoreTime & Pick<Changes, "recordChanges" | "changes">;
  log: Log;
}

/** What changed. `value`: see {@linkcode Change}. */
export type NotedChange = Pick<Change, "kind" | "subject" | "text"> & { value?: string };

/**
 * Writes what changes to the store, in order and a batch at a time. Nothing waits for it: a change that cannot be written is
 * lost, which the log says.
 */
export class ChangeLog {
  readonly #options: ChangeLogOptions;
  readonly #files = new Map<string, string>();
  #waiting: Change[] = [];
  #writing: Promise<void> | null = null;

  constructor(options: ChangeLogOptions) {
    this.#options = options;
  }

  /** Adds a change that happened now. */
  note({ kind, subject, text, value = "" }: NotedChange): void {
    const { store, log } = this.#options;
    const at = Math.floor(store.now());
    const bounded = text.slice(0, TEXT_CHARS_MAX).toWellFormed();
    const change = { id: newId("chg", { now: at }), at, kind, subject, text: bounded, value };
    if (this.#waiting.length >= WAITING_MAX) {
      log.warn({ kind, subject }, "too many changes at once, one is not in the log of changes");
      return;
    }
    this.#waiting.push(change);
    this.#writing ??= this.#write();
  }

  /** Adds a change if a handler's file was imported with another content than the last time, by whichever dispatcher. */
  async noteFile(path: string, sha256: string): Promise<void> {
    if (sha256 === "" || this.#files.get(path) === sha256) return;
    if (this.#files.size >= FILES_MAX) this.#files.clear();
    this.#files.set(path, sha256);
    const last = await this.last(["handler"], path);
    if (last?.value === sha256) return;
    const text = last
      ? `changed: ${short(last.value)} → ${short(sha256)}`
      : `new: ${short(sha256)}`;
    this.note({ kind: "handler", subject: path, text, value: sha256 });
  }

  /** The last change of these kinds; null if there is none, or it cannot be read. */
  async last(kinds: readonly ChangeKind[], subject: string): Promise<Change | null> {
    const { store, log } = this.#options;
    try {
      return (await store.changes({ kinds, subject, limit: 1 }))[0] ?? null;
    } catch (error) {
      log.warn({ err: error }, "reading the log of changes failed");
      return null;
    }
  }

  /** Waits until everything is written, or lost. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    const { store, log } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      await store.recordChanges(batch).catch((error: unknown) => {
        log.warn({ err: error, changes: batch.length }, "changes are not in the log of changes");
      });
    }
    this.#writing = null;
  }
}

/** The start of a digest, as people compare them. */
function short(sha256: string): string {
  return sha256.slice(0, 12);
}
