import {
  type Bidi,
  type BidiCallbacks,
  type OpenSubscriptionMessage,
  RpcError,
  type SubscribeRequest,
} from "@hookgate/rpc";

/** The first message must arrive within this time, in milliseconds. */
const OPEN_MS_MAX = 10_000;

/** A stream until its subscription is open: waits for the first message, and remembers what else arrives meanwhile. */
export class OpeningStream {
  readonly #call: Bidi<SubscribeRequest, never>;
  readonly #first = Promise.withResolvers<OpenSubscriptionMessage | null>();
  /** What processes the stream once it is open. */
  #callbacks: BidiCallbacks<SubscribeRequest> | null = null;
  #begun = false;
  #drain = false;
  #ended = false;
  #broken = false;

  constructor(call: Bidi<SubscribeRequest, never>) {
    this.#call = call;
    // After a pause of ours timers come first, and the message lies in its socket.
    const late = setTimeout(() => setImmediate(() => this.#first.resolve(null)), OPEN_MS_MAX);
    const clear = () => clearTimeout(late);
    this.first.then(clear, clear);
    call.receive({
      message: (message) => this.#message(message),
      end: () => this.#end(),
      error: (error) => this.#error(error),
    });
  }

  /** What the first message opens; null if it opens nothing or does not arrive. Rejects if the stream fails before. */
  get first(): Promise<OpenSubscriptionMessage | null> {
    return this.#first.promise;
  }

  /** Passes the stream on, unless it has failed. */
  passOn(attach: () => BidiCallbacks<SubscribeRequest>): void {
    if (this.#broken) return;
    const callbacks = attach();
    this.#callbacks = callbacks;
    if (this.#drain) {
      callbacks.message({ open: null, ackIds: [], nacks: [], extensions: [], drain: true });
    }
    if (this.#ended) callbacks.end();
  }

  #message(message: SubscribeRequest): void {
    if (this.#callbacks) {
      this.#callbacks.message(message);
      return;
    }
    const { open, drain } = message;
    this.#drain ||= drain;
    if (this.#begun && open) {
      const problem = "the stream is being opened: a later message cannot open it again";
      this.#call.fail(new RpcError("INVALID_ARGUMENT", problem));
      return;
    }
    this.#begun = true;
    this.#first.resolve(open);
  }

  #end(): void {
    this.#ended = true;
    this.#first.resolve(null);
    this.#callbacks?.end();
  }

  #error(error: RpcError): void {
    this.#broken = true;
    this.#first.reject(error);
    this.#callbacks?.error(error);
  }
}
