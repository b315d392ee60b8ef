import type { Bidi, BidiCallbacks } from "./bidi.ts";
import { RpcError } from "./rpc_error.ts";

/** What a {@linkcode StreamBidi} needs of the stream below. */
export interface MessageStream<In, Out> {
  readonly writableNeedDrain: boolean;
  readonly writableLength: number;
  on(event: "data", listener: (message: In) => void): unknown;
  on(event: "drain", listener: () => void): unknown;
  write(message: Out): boolean;
  end(): unknown;
}

/** Options for {@linkcode StreamBidi}. */
export interface StreamBidiOptions {
  /** Breaks off the call below. */
  abort: (error: RpcError) => void;
  /** Told when a callback throws, which breaks the stream. */
  onFault: (error: unknown) => void;
}

/** What both ends of a {@linkcode Bidi} share; `client_bidi.ts` and `server_bidi.ts` tell it how their call ends. */
export class StreamBidi<In, Out> implements Bidi<In, Out> {
  readonly #stream: MessageStream<In, Out>;
  readonly #options: StreamBidiOptions;
  #callbacks: BidiCallbacks<In> | null = null;
  /** How receiving ended: null while it goes on, and what the callbacks are told otherwise. */
  #ending: "end" | RpcError | null = null;
  #told = false;
  #sending = true;
  #over = false;
  /** Who waits for room to send. */
  readonly #waiting: (() => void)[] = [];

  constructor(stream: MessageStream<In, Out>, options: StreamBidiOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.on("drain", () => this.#release());
  }

  receive(callbacks: BidiCallbacks<In>): void {
    if (this.#callbacks) throw new Error("Cannot receive: the stream has a receiver");
    this.#callbacks = callbacks;
    if (this.#ending === null) {
      this.#stream.on("data", (message) => this.#deliver(message));
    } else {
      queueMicrotask(() => this.#tell());
    }
  }

  send(message: Out): boolean {
    return this.#sending && this.#stream.write(message);
  }

  drained(): Promise<void> {
    if (!this.#sending || !this.#stream.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get unsent(): number {
    return this.#stream.writableLength;
  }

  end(): void {
    if (!this.#sending) return;
    this.#stopSending();
    this.#stream.end();
  }

  fail(error: RpcError): void {
    if (this.#over) return;
    this.closed();
    this.#options.abort(error);
    if (this.#ending !== null) return;
    this.#ending = error;
    // Later, so that a callback which fails the stream is not called from within itself.
    queueMicrotask(() => this.#tell());
  }

  /** The peer sends no more. */
  peerEnded(): void {
    this.#finish("end");
  }

  /** The call broke. */
  broke(error: RpcError): void {
    this.closed();
    this.#finish(error);
  }

  /** The call is over: nothing can be sent, and nobody shall wait for room. */
  closed(): void {
    this.#over = true;
    this.#stopSending();
  }

  #stopSending(): void {
    this.#sending = false;
    this.#release();
  }

  #finish(ending: "end" | RpcError): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    this.#tell();
  }

  #deliver(message: In): void {
    if (this.#ending !== null) return;
    try {
      this.#callbacks?.message(message);
    } catch (cause) {
      this.#options.onFault(cause);
      this.fail(new RpcError("INTERNAL", "a message could not be handled", { cause }));
    }
  }

  #tell(): void {
    if (this.#told || !this.#callbacks || this.#ending === null) return;
    this.#told = true;
    if (this.#ending === "end") this.#callbacks.end();
    else this.#callbacks.error(this.#ending);
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
