import { OncePerTurn, takeFitting } from "@hookgate/async";
import type { FailurePlace, TargetResult } from "../target.ts";
import type { HostAttempt } from "./handler_message.ts";
import type { Given } from "./host_progress.ts";

/** Bodies and headers in one message, in bytes; one larger attempt is a message of its own. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

const MESSAGE = {
  itemsMax: Number.POSITIVE_INFINITY,
  bytesMax: MESSAGE_BYTES_MAX,
  bytesOf: (attempt: HostAttempt) => jobBytes(attempt),
};

/** An attempt to make, before its host gave it a key. */
export type HostJob = Omit<HostAttempt, "key">;

/** An attempt that waits for a host, or runs in one. */
export interface WaitingJob {
  job: HostJob;
  resolve: (result: TargetResult, place?: FailurePlace) => void;
  /** Called before with when it began, in milliseconds since 1970, if it is traced. */
  begun?: (atMs: number) => void;
}

/** The attempts that a host was given and that have no result yet, by increasing keys. */
export class GivenJobs {
  readonly #send: (attempts: readonly HostAttempt[]) => void;
  readonly #all = new Map<number, WaitingJob & Given>();
  #keys = 0;
  #bytes = 0;
  #outbox: HostAttempt[] = [];
  readonly #flushLater = new OncePerTurn(() => this.#flush());

  /** `send` is called with the attempts of one turn of the loop, in messages of a bounded size. */
  constructor(send: (attempts: readonly HostAttempt[]) => void) {
    this.#send = send;
  }

  get all(): ReadonlyMap<number, WaitingJob & Given> {
    return this.#all;
  }

  /** Their bodies and headers, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add(waiting: WaitingJob): void {
    this.#keys += 1;
    this.#all.set(this.#keys, { ...waiting, startedMs: null });
    this.#bytes += jobBytes(waiting.job);
    this.#outbox.push({ key: this.#keys, ...waiting.job });
    this.#flushLater.schedule();
  }

  /** Removes one; null if it has a result. */
  take(key: number): WaitingJob | null {
    const given = this.#all.get(key);
    if (!given) return null;
    this.#all.delete(key);
    this.#bytes -= jobBytes(given.job);
    return given;
  }

  /** Removes all whose keys are above this one. */
  takeAfter(started: number): WaitingJob[] {
    // What was never sent has not started.
    this.#outbox.splice(0);
    return [...this.#all.keys()].flatMap((key) => (key > started ? (this.take(key) ?? []) : []));
  }

  /** The keys of those that were never sent, and will not be. */
  unsent(): number[] {
    return this.#outbox.splice(0).map(({ key }) => key);
  }

  #flush(): void {
    const outbox = this.#outbox.splice(0);
    while (outbox.length > 0) this.#send(takeFitting(outbox, MESSAGE));
  }
}

/** Bodies and headers of an attempt, in bytes. */
export function jobBytes({ event }: HostJob): number {
  return event.body.length + event.headers.length;
}
