import { reconnectDelayMs } from "@hookgate/async";
import type { Bidi, CaptureRequest, CaptureResponse } from "@hookgate/rpc";
import { CaptureStream } from "./capture_stream.ts";

/** A dispatcher as captures see it. */
export interface CaptureClient {
  /** `host:port`, for the log. */
  address: string;
  capture(): Bidi<CaptureResponse, CaptureRequest>;
}

/** Options for {@linkcode DispatcherLane}. */
export interface DispatcherLaneOptions {
  /** Milliseconds in which this process ran. */
  running: () => number;
  /** Source of randomness in [0, 1). */
  random: () => number;
  /** The dispatcher takes events now. */
  opened: (lane: DispatcherLane) => void;
  /** It has sent a message. */
  received: (lane: DispatcherLane, stream: CaptureStream, response: CaptureResponse) => void;
  /** It takes none until `opened` is called again. */
  lost: (lane: DispatcherLane, loss: LaneLoss) => void;
}

/** How a stream was lost. */
export interface LaneLoss {
  why: string;
  /** Whether it was given up because it was silent: it may be slow only. */
  silent: boolean;
  /** Whether it had taken events. */
  wasOpen: boolean;
  /** When the next one is opened. */
  delayMs: number;
}

/**
 * Waits before the stream is opened again, in milliseconds: short, because a restarted dispatcher is needed at once, and they add
 * to those of the connection. A try that is refused costs a millisecond.
 */
const RECONNECT = { baseMs: 25, maxMs: 100 };

/** The way to one dispatcher: a stream that is opened again whenever it is lost. */
export class DispatcherLane {
  readonly client: CaptureClient;
  readonly #options: DispatcherLaneOptions;
  #stream: CaptureStream | null = null;
  #failures = 0;
  #reconnect: NodeJS.Timeout | undefined;

  constructor(client: CaptureClient, options: DispatcherLaneOptions) {
    this.client = client;
    this.#options = options;
  }

  /** The stream; null while there is none. */
  get stream(): CaptureStream | null {
    return this.#stream;
  }

  /** Whether the dispatcher takes events. */
  get isOpen(): boolean {
    return this.#stream?.open ?? false;
  }

  /** Whether it can store them, as far as it says. */
  get canStore(): boolean {
    return this.isOpen && this.#stream?.problem === "";
  }

  /** Opens a stream. */
  open(): void {
    const { running, opened, received } = this.#options;
    const call = this.client.capture();
    const stream = new CaptureStream(call, { running });
    this.#stream = stream;
    call.receive({
      message: (response) => {
        if (stream !== this.#stream) return;
        const wasOpen = stream.open;
        stream.received(response);
        if (!wasOpen && stream.open) opened(this);
        received(this, stream, response);
      },
      end: () => this.#lost(stream, "ended by the dispatcher"),
      error: (error) => this.#lost(stream, `${error.code}: ${error.message}`),
    });
  }

  /** Breaks the stream off if the dispatcher has been silent for longer than this, in milliseconds. */
  abandonSilent(silentMsMax: number): void {
    const stream = this.#stream;
    const frozenMs = stream?.frozenMs(silentMsMax) ?? null;
    if (stream === null || frozenMs === null) return;
    stream.abandon();
    this.#lost(stream, `silent for ${Math.round(frozenMs)} ms`, { silent: true });
  }

  /** Ends the stream, and opens none again. */
  close(): void {
    clearTimeout(this.#reconnect);
    const stream = this.#stream;
    this.#stream = null;
    stream?.end();
  }

  #lost(stream: CaptureStream, why: string, { silent = false } = {}): void {
    if (stream !== this.#stream) return;
    this.#stream = null;
    this.#failures = stream.sound ? 1 : this.#failures + 1;
    const { random, lost } = this.#options;
    const delayMs = reconnectDelayMs(this.#failures, { ...RECONNECT, random });
    this.#reconnect = setTimeout(() => this.open(), delayMs);
    lost(this, { why, silent, wasOpen: stream.open, delayMs });
  }
}
