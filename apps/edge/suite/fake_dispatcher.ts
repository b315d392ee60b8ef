import {
  type Bidi,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureResultMessage,
  eventFromMessage,
  type ReportRequest,
  type ReportResponse,
  type RpcServer,
  startRpcServer,
} from "@hookgate/rpc";
import type { ReceivedEvent } from "@hookgate/types";

/** Options for {@linkcode FakeDispatcher.start}. */
export interface FakeDispatcherOptions {
  /** @default {0} */
  port?: number;
  /** @default {{ eventsMax: 4_096, bytesMax: 64 MiB }} */
  window?: { eventsMax: number; bytesMax: number };
}

/** Keeps events in memory, where the dispatcher has a store; speaks to the edge through the real gRPC server. */
export class FakeDispatcher {
  /** What is stored, in order. */
  readonly events: ReceivedEvent[] = [];
  /** Events of each message that came. */
  readonly messages: number[] = [];
  /** `answer`; `silent` takes what comes and says nothing; any other text is why nothing is stored. */
  behaviour: "answer" | "silent" | (string & {}) = "answer";
  /** Whether a new stream is told its window. */
  greets = true;
  /** Reports that came. */
  readonly reports: ReportRequest[] = [];
  /** Streams that were opened so far. */
  streams = 0;
  /** Most that was in flight at once. */
  inFlightMost = { events: 0, bytes: 0 };
  /** Captures that were held back by `silent`, newest last. */
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

  /** Listens, also again after {@linkcode close}: what was stored is still there. */
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

  /** Dies: streams break, connections are cut. */
  async close(): Promise<void> {
    await this.#server?.close({ graceMs: 0 });
  }

  /** Answers what was held back, last one first. */
  release(): void {
    this.behaviour = "answer";
    for (const answer of this.#held.splice(0).reverse()) answer();
  }

  /** Ends every open stream, in good order. */
  endStreams(): void {
    for (const call of this.#open) call.end();
  }

  /** What is answered to a report; tests put their own in its place. */
  report: (request: ReportRequest) => Promise<ReportResponse> = async (request) => {
    this.reports.push(request);
    return { refusedKept: request.refused.length, enrolmentsOpen: [], enrolled: [] };
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
    const received = request.captures.flatMap(({ number, event: message }) => {
      const event = message && eventFromMessage(message);
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

  #store(event: ReceivedEvent): Omit<CaptureResultMessage, "number"> {
    if (this.behaviour !== "answer") {
      return { outcome: "CAPTURE_OUTCOME_UNAVAILABLE", eventId: "", reason: this.behaviour };
    }
    const digest = (of: ReceivedEvent) =>
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
