import {
  type Bidi,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureResultMessage,
  captureFromMessage,
  type ReportRequest,
  type ReportResponse,
  type RpcServer,
  startRpcServer,
} from "@hookgate/rpc";
import type { CapturedEvent } from "@hookgate/types";

/** Options for {@linkcode FakeDispatcher.start}. */
export interface FakeDispatcherOptions {
  /** @default {0} */
  port?: number;
  /** @default {{ eventsMax: 4_096, bytesMax: 64 MiB }} */
  window?: { eventsMax: number; bytesMax: number };
}

/** A dispatcher that keeps events in memory instead of a store, behind the real gRPC server. */
export class FakeDispatcher {
  /** What is stored, in order. */
  readonly events: CapturedEvent[] = [];
  /** How many events each message had. */
  readonly messages: number[] = [];
  /** `answer`; `silent` receives and does not answer; any other text is the reason why nothing is stored. */
  behaviour: "answer" | "silent" | (string & {}) = "answer";
  /** Whether it sends a window on a new stream. */
  greets = true;
  /** Reports received. */
  readonly reports: ReportRequest[] = [];
  /** Streams opened so far. */
  streams = 0;
  /** The most that was in flight at once. */
  inFlightMost = { events: 0, bytes: 0 };
  /** Captures that `silent` has not answered, newest last. */
  readonly #held: (() => void)[] = [];
  readonly #open = new Set<Bidi<CaptureRequest, CaptureResponse>>();
  readonly #window: { eventsMax: number; bytesMax: number };
  #server: RpcServer | null = null;

  private constructor(options: FakeDispatcherOptions) {
    this.#window = options.window ?? { eventsMax: 4_096, bytesMax: 64 * 1024 * 1024 };
  }

  static async start(options: FakeDispatcherOptions = {}): Promise<FakeDispatcher> {
    const dispatcher = new FakeDispatcher(options);
    await dispatcher.listen(options.port ?? 0);
    return dispatcher;
  }

  /** `host:port` */
  get address(): string {
    return this.#server?.address ?? "";
  }

  get port(): number {
    return Number(this.address.split(":").at(-1));
  }

  /** Listens, also again after {@linkcode close}; what was stored is kept. */
  async listen(port: number): Promise<void> {
    this.#server = await startRpcServer({
      address: `127.0.0.1:${port}`,
      security: { tokens: null, tls: null },
      ingest: {
        capture: (call) => this.#capture(call),
        report: (request) => this.report(request),
      },
      admin: null,
      subscription: null,
      log: { error() {} },
    });
  }

  /** Breaks streams and cuts connections, as if it died. */
  async close(): Promise<void> {
    await this.#server?.close({ graceMs: 0 });
  }

  /** Answers what was not answered, newest first. */
  release(): void {
    this.behaviour = "answer";
    for (const answer of this.#held.splice(0).reverse()) answer();
  }

  /** Ends every open stream cleanly. */
  endStreams(): void {
    for (const call of this.#open) call.end();
  }

  /** Answers a report; tests replace it. */
  report: (request: ReportRequest) => Promise<ReportResponse> = async (request) => {
    this.reports.push(request);
    return { refusedKept: request.refused.length, enrolmentsOpen: [], enrolled: [], trials: [] };
  };

  #capture(call: Bidi<CaptureRequest, CaptureResponse>): void {
    const inFlight = { events: 0, bytes: 0 };
    this.streams += 1;
    this.#open.add(call);
    call.receive({
      message: (request) => this.#receive(call, request, inFlight),
      end: () => call.end(),
      error: () => this.#open.delete(call),
    });
    if (this.greets) call.send({ window: this.#window, results: [] });
  }

  #receive(
    call: Bidi<CaptureRequest, CaptureResponse>,
    request: CaptureRequest,
    inFlight: { events: number; bytes: number },
  ): void {
    this.messages.push(request.captures.length);
    const received = request.captures.flatMap((capture) => {
      const event = captureFromMessage(capture);
      const { number } = capture;
      return event ? [{ number, event, bytes: event.body.length + event.headers.length }] : [];
    });
    for (const { bytes } of received) {
      inFlight.events += 1;
      inFlight.bytes += bytes;
    }
    this.inFlightMost.events = Math.max(this.inFlightMost.events, inFlight.events);
    this.inFlightMost.bytes = Math.max(this.inFlightMost.bytes, inFlight.bytes);
    const answer = () => {
      const results = received.map(({ number, event }) => ({ number, ...this.#store(event) }));
      for (const { bytes } of received) {
        inFlight.events -= 1;
        inFlight.bytes -= bytes;
      }
      call.send({ window: null, results });
    };
    if (this.behaviour === "silent") this.#held.push(answer);
    else setImmediate(answer);
  }

  #store(event: CapturedEvent): Omit<CaptureResultMessage, "number"> {
    if (this.behaviour !== "answer") {
      return { outcome: "CAPTURE_OUTCOME_UNAVAILABLE", eventId: "", reason: this.behaviour };
    }
    const digest = (of: CapturedEvent) =>
      `${of.source} ${Buffer.from(of.bodySha256).toString("hex")}`;
    const key = digest(event);
    const first = this.events.find((stored) => digest(stored) === key);
    if (first === undefined) this.events.push(event);
    const again = first !== undefined && first.id !== event.id;
    return {
      outcome: again ? "CAPTURE_OUTCOME_DUPLICATE" : "CAPTURE_OUTCOME_STORED",
      eventId: first?.id ?? event.id,
      reason: "",
    };
  }
}
