import {
  type Bidi,
  type CaptureMessage,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureWindowMessage,
  RpcError,
} from "@hookgate/rpc";

/** The server speaks first; one that opened the stream and then says nothing for this long is frozen. */
const WINDOW_MS_MAX = 2_000;

/** A stream that lived this long was sound. */
const SOUND_MS = 1_000;

/** Options for {@linkcode CaptureStream}. */
export interface CaptureStreamOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /** Without an answer to what was sent for this long the server is frozen, in milliseconds. */
  silentMsMax: number;
}

/** One stream of captures, from its opening to its loss: what was sent on it, and what the server still allows. */
export class CaptureStream {
  readonly #call: Bidi<CaptureResponse, CaptureRequest>;
  readonly #monotonic: () => number;
  readonly #silentMsMax: number;
  readonly #openedAt: number;
  /** When the server last spoke, or was last asked while nothing else was open. */
  #heardAt: number;
  #window: CaptureWindowMessage | null = null;
  /** Bytes of what was sent and not answered, by number; also of events that nobody waits for any more. */
  readonly #sent = new Map<number, number>();
  #sentBytes = 0;
  #blocked = false;

  constructor(call: Bidi<CaptureResponse, CaptureRequest>, options: CaptureStreamOptions) {
    this.#call = call;
    this.#monotonic = options.monotonic;
    this.#silentMsMax = options.silentMsMax;
    this.#openedAt = this.#monotonic();
    this.#heardAt = this.#openedAt;
  }

  /** Whether the server has spoken: nothing may be sent before. */
  get open(): boolean {
    return this.#window !== null;
  }

  /** Whether messages can be sent now. */
  get writable(): boolean {
    return this.open && !this.#blocked;
  }

  /** Whether its loss is no sign of a lasting fault. */
  get sound(): boolean {
    return this.open && this.#monotonic() - this.#openedAt >= SOUND_MS;
  }

  /** Since when the server owes a word, where it is too long, in milliseconds; null where all is well. */
  get frozenMs(): number | null {
    const silentMs = this.#monotonic() - this.#heardAt;
    const frozen = this.open
      ? this.#sent.size > 0 && silentMs > this.#silentMsMax
      : silentMs > WINDOW_MS_MAX;
    return frozen ? silentMs : null;
  }

  /** Takes note that the server has spoken, and of its window. */
  hear(response: CaptureResponse): void {
    this.#heardAt = this.#monotonic();
    if (response.window) this.#window = response.window;
  }

  /** Takes room in the window; false where there is none. One event always fits into an empty one. */
  reserve(number: number, bytes: number): boolean {
    const { eventsMax, bytesMax } = this.#window ?? { eventsMax: 0, bytesMax: 0 };
    const sent = this.#sent.size;
    if (sent >= eventsMax || (sent > 0 && this.#sentBytes + bytes > bytesMax)) return false;
    if (sent === 0) this.#heardAt = this.#monotonic();
    this.#sent.set(number, bytes);
    this.#sentBytes += bytes;
    return true;
  }

  /** Gives the room back; false where nothing is sent under this number. */
  release(number: number): boolean {
    const bytes = this.#sent.get(number);
    if (bytes === undefined) return false;
    this.#sent.delete(number);
    this.#sentBytes -= bytes;
    return true;
  }

  /** Sends a message; `drained` is called when there is room again, where this one took the last. */
  send(captures: CaptureMessage[], options: { drained: () => void }): void {
    if (this.#call.send({ captures })) return;
    this.#blocked = true;
    void this.#call.drained().then(() => {
      this.#blocked = false;
      options.drained();
    });
  }

  /** Sends no more. */
  end(): void {
    this.#call.end();
  }

  /** Breaks it off. */
  giveUp(): void {
    this.#call.fail(new RpcError("UNAVAILABLE", "the dispatcher is silent"));
  }
}
