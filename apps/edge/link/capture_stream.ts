import {
  type Bidi,
  type CaptureMessage,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureWindowMessage,
  RpcError,
} from "@hookgate/rpc";

/** The server sends the first message; without one for this long it is frozen. */
const WINDOW_MS_MAX = 2_000;

/** A stream that was open for this long was sound. */
const SOUND_MS = 1_000;

/** Options for {@linkcode CaptureStream}. */
export interface CaptureStreamOptions {
  /** Milliseconds in which this process ran. */
  running: () => number;
}

/** One stream of captures, from open to loss: what was sent on it, and what the server still allows. */
export class CaptureStream {
  readonly #call: Bidi<CaptureResponse, CaptureRequest>;
  readonly #running: () => number;
  readonly #openedAt: number;
  /** When the server last sent something, or was sent the first event that it has not answered. */
  #activeAt: number;
  #window: CaptureWindowMessage | null = null;
  #problem = "";
  /** Bytes of each event that is sent and not answered, by number, even if nobody waits for it any more. */
  readonly #sent = new Map<number, number>();
  #sentBytes = 0;
  #blocked = false;

  constructor(call: Bidi<CaptureResponse, CaptureRequest>, options: CaptureStreamOptions) {
    this.#call = call;
    this.#running = options.running;
    this.#openedAt = this.#running();
    this.#activeAt = this.#openedAt;
  }

  /** Whether the server has sent its window: nothing may be sent before. */
  get open(): boolean {
    return this.#window !== null;
  }

  /** Why the server can store nothing now, as it says; empty if it can. */
  get problem(): string {
    return this.#problem;
  }

  /** Whether messages can be sent now. */
  get writable(): boolean {
    return this.open && !this.#blocked;
  }

  /** Whether everything that was sent is answered. */
  get idle(): boolean {
    return this.#sent.size === 0;
  }

  /** Whether it worked for a while, so that its loss is not a lasting fault. */
  get sound(): boolean {
    return this.open && this.#running() - this.#openedAt >= SOUND_MS;
  }

  /** How long the server has been silent, in milliseconds, if that is longer than it may be; otherwise null. */
  frozenMs(silentMsMax: number): number | null {
    const silentMs = this.#running() - this.#activeAt;
    const frozen = this.open
      ? this.#sent.size > 0 && silentMs > silentMsMax
      : silentMs > WINDOW_MS_MAX;
    return frozen ? silentMs : null;
  }

  /** Notes a message of the server, its window and its problem. */
  received(response: CaptureResponse): void {
    this.#activeAt = this.#running();
    if (response.window) this.#window = response.window;
    this.#problem = response.problem ?? this.#problem;
  }

  /** Takes room in the window; false if there is none. One event always fits into an empty window. */
  reserve(number: number, bytes: number): boolean {
    const { eventsMax, bytesMax } = this.#window ?? { eventsMax: 0, bytesMax: 0 };
    const sent = this.#sent.size;
    if (sent >= eventsMax || (sent > 0 && this.#sentBytes + bytes > bytesMax)) return false;
    if (sent === 0) this.#activeAt = this.#running();
    this.#sent.set(number, bytes);
    this.#sentBytes += bytes;
    return true;
  }

  /** Returns the room of this number; false if nothing with this number is in the window. */
  release(number: number): boolean {
    const bytes = this.#sent.get(number);
    if (bytes === undefined) return false;
    this.#sent.delete(number);
    this.#sentBytes -= bytes;
    return true;
  }

  /** Sends a message. If it fills the stream's buffer, `drained` is called once there is room again. */
  send(captures: CaptureMessage[], options: { drained: () => void }): void {
    if (this.#call.send({ captures })) return;
    this.#blocked = true;
    void this.#call.drained().then(() => {
      this.#blocked = false;
      options.drained();
    });
  }

  /** Ends it after what was sent. */
  end(): void {
    this.#call.end();
  }

  /** Breaks it off. */
  abandon(): void {
    this.#call.fail(new RpcError("UNAVAILABLE", "the dispatcher is silent"));
  }
}
