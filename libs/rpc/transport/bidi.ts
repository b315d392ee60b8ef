import { RpcError } from "./rpc_error.ts";

/** Largest message, in bytes, in either direction: one event with the largest body that a source may have, 32 MiB. */
export const MESSAGE_BYTES_MAX: number = 34 * 1024 * 1024;

/** What the receiver of a stream is told. Nothing follows `end` or `error`. */
export interface BidiCallbacks<In> {
  message(message: In): void;
  /** The peer has finished and sends nothing more. */
  end(): void;
  /** The stream is broken in both directions; also after {@linkcode Bidi.fail}, with that same error. */
  error(error: RpcError): void;
}

/** One end of a stream that carries messages both ways; the same on the client and on the server. */
export interface Bidi<In, Out> {
  /** Starts to receive; called once. Exactly one of `end` and `error` is called, once. */
  receive(callbacks: BidiCallbacks<In>): void;
  /**
   * Sends a message. False asks the sender to wait for {@linkcode Bidi.drained}; the message is sent all the same. After
   * `end`, or when the stream is over, it does nothing and returns false.
   */
  send(message: Out): boolean;
  /** Resolves when there is room to send, at the latest when the stream is over. Never rejects. */
  drained(): Promise<void>;
  /** Messages sent that the transport still holds, because the peer has not read what came before them. */
  readonly unsent: number;
  /** Finishes after everything that was sent: a client stops sending, a server ends the call. */
  end(): void;
  /** Breaks the stream off: a server ends the call with this error, a client cancels it. */
  fail(error: RpcError): void;
}

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
  /** Called when a callback throws, which breaks the stream. */
  onFault: (error: unknown) => void;
}

/** What both ends of a {@linkcode Bidi} share; `client_bidi.ts` and `server_bidi.ts` call it when their call ends. */
export class StreamBidi<In, Out> implements Bidi<In, Out> {
  readonly #stream: MessageStream<In, Out>;
  readonly #options: StreamBidiOptions;
  #callbacks: BidiCallbacks<In> | null = null;
  /** How receiving ended; null while it has not. */
  #ending: "end" | RpcError | null = null;
  #told = false;
  #sending = true;
  #over = false;
  /** Callers of `drained` that wait for room. */
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
    // In a microtask: a callback may fail the stream, and must not be called from within itself.
    queueMicrotask(() => this.#tell());
  }

  /** The peer sends nothing more. */
  peerEnded(): void {
    this.#finish("end");
  }

  /** The call broke. */
  broke(error: RpcError): void {
    this.closed();
    this.#finish(error);
  }

  /** The call is over: nothing can be sent, and nobody waits for room any more. */
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
