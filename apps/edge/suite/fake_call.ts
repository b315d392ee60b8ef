import type {
  Bidi,
  BidiCallbacks,
  CaptureMessage,
  CaptureOutcomeEnum,
  CaptureRequest,
  CaptureResponse,
  CaptureWindowMessage,
} from "@hookgate/rpc";
import { RpcError } from "@hookgate/rpc";

/** A stream whose server is played by the test. */
export class FakeCall implements Bidi<CaptureResponse, CaptureRequest> {
  /** Messages that were sent. */
  readonly requests: CaptureRequest[] = [];
  /** Whether there is room for more. */
  room = true;
  readonly unsent = 0;
  ended = false;
  failed = false;
  #callbacks: BidiCallbacks<CaptureResponse> | null = null;
  #waiting: PromiseWithResolvers<void> | null = null;

  receive(callbacks: BidiCallbacks<CaptureResponse>): void {
    this.#callbacks = callbacks;
  }

  send(request: CaptureRequest): boolean {
    this.requests.push(request);
    return this.room;
  }

  drained(): Promise<void> {
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  end(): void {
    this.ended = true;
  }

  fail(): void {
    this.failed = true;
  }

  /** All that was sent, in order. */
  get captures(): CaptureMessage[] {
    return this.requests.flatMap((request) => request.captures);
  }

  /** Makes room for more. */
  drain(): void {
    this.room = true;
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  /** The server sends its window. */
  open(window: Partial<CaptureWindowMessage> = {}): void {
    const whole = { eventsMax: 4_096, bytesMax: 64 * 1024 * 1024, ...window };
    this.#callbacks?.message({ window: whole, results: [] });
  }

  /** The server says why it can store nothing; empty once it can. */
  announce(problem: string): void {
    this.#callbacks?.message({ window: null, results: [], problem });
  }

  /** The server answers captures. */
  answer(captures: readonly CaptureMessage[], outcome: CaptureOutcomeEnum, reason = ""): void {
    const results = captures.map(({ number, event }) => {
      return { number, outcome, eventId: event?.id ?? "", reason };
    });
    this.#callbacks?.message({ window: null, results });
  }

  /** The server is gone. */
  break(): void {
    this.#callbacks?.error(new RpcError("UNAVAILABLE", "the server is gone"));
  }

  /** The server ends the call. */
  finish(): void {
    this.#callbacks?.end();
  }
}
