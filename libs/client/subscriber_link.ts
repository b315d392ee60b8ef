import { reconnectDelayMs } from "@hookgate/async";
import { type OpenSubscriptionMessage, type RpcClient, RpcError } from "@hookgate/rpc";
import type { SubscribedHandler, Subscriber, SubscriberLog } from "./subscriber.ts";
import { SubscriberStream } from "./subscriber_stream.ts";

/** Longest wait before reconnecting, in milliseconds. */
const RECONNECT_MS_MAX = 10_000;

/** Errors that reconnecting cannot fix. */
const FINAL_CODES = new Set([
  "INVALID_ARGUMENT",
  "FAILED_PRECONDITION",
  "PERMISSION_DENIED",
  "UNAUTHENTICATED",
  "UNIMPLEMENTED",
]);

/** Options for {@linkcode SubscriberLink}. */
export interface SubscriberLinkOptions {
  client: Pick<RpcClient, "subscribe" | "close">;
  open: OpenSubscriptionMessage;
  handle: SubscribedHandler;
  /** Longest time for one event, in milliseconds. */
  timeoutMs: number;
  random: () => number;
  log?: SubscriberLog;
}

/** Receives events over one stream after the other, until it is closed. */
export class SubscriberLink implements Subscriber {
  readonly closed: Promise<void>;
  readonly #options: SubscriberLinkOptions;
  readonly #ended = deferred();
  readonly #opened = deferred();
  #stream: SubscriberStream | null = null;
  #reconnect: NodeJS.Timeout | undefined;
  #failures = 0;
  /** What the next stream opens with. */
  #open: OpenSubscriptionMessage;
  #closing = false;

  constructor(options: SubscriberLinkOptions) {
    this.#options = options;
    this.#open = options.open;
    this.closed = this.#ended.promise;
    // `closed` rejects with the same error.
    this.#opened.promise.catch(() => {});
    this.#connect();
  }

  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      clearTimeout(this.#reconnect);
      if (this.#stream) this.#stream.drain();
      else this.#end(null);
    }
    await this.closed;
  }

  leave(): void {
    if (this.#stream === null) {
      void this.close();
      return;
    }
    this.#closing = true;
    this.#stream.leave();
  }

  #connect(): void {
    const { client, handle, timeoutMs, log } = this.#options;
    const open = this.#open;
    this.#stream = new SubscriberStream(client.subscribe(), {
      open,
      handle,
      timeoutMs,
      opened: () => {
        this.#failures = 0;
        // Once: a process of an older release that reconnects must not undo what a newer one has changed since.
        this.#open = { ...open, change: false };
        this.#opened.resolve();
        log?.info({ subscription: open.subscription }, "subscribed");
      },
      failed: (error, fields) => log?.warn({ ...fields, err: error }, "handler failed"),
      over: (error) => this.#over(error),
    });
  }

  #over(error: RpcError | null): void {
    this.#stream = null;
    if (this.#closing || (error && FINAL_CODES.has(error.code))) {
      this.#end(this.#closing ? null : error);
      return;
    }
    this.#failures += 1;
    const { random, open, log } = this.#options;
    const waitMs = reconnectDelayMs(this.#failures, { maxMs: RECONNECT_MS_MAX, random });
    log?.warn(
      { subscription: open.subscription, err: error, waitMs },
      "connection lost, reconnecting",
    );
    this.#reconnect = setTimeout(() => this.#connect(), waitMs);
  }

  #end(error: RpcError | null): void {
    this.#options.client.close();
    const problem = error ?? new RpcError("CANCELLED", "the subscriber was closed");
    this.#opened.reject(problem);
    if (error) this.#ended.reject(error);
    else this.#ended.resolve();
  }
}

/** A promise with the functions that settle it. */
interface Deferred {
  promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** Like `Promise.withResolvers()`, which Node 20 does not have. */
function deferred(): Deferred {
  let settle: Omit<Deferred, "promise"> | null = null;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A promise runs its function at once, so it is set by now.
  return { promise, ...(settle as unknown as Omit<Deferred, "promise">) };
}
