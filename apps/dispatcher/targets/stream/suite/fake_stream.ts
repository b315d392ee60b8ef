import {
  type Bidi,
  type BidiCallbacks,
  RpcError,
  type SubscribedEventMessage,
  type SubscribeRequest,
  type SubscribeResponse,
} from "@hookgate/rpc";

/** A stream in memory: the dispatcher's end of it, and the client's hand. */
export class FakeStream implements Bidi<SubscribeRequest, SubscribeResponse> {
  /** What was sent. */
  readonly sent: SubscribeResponse[] = [];
  /** Whether the client takes what is sent. */
  taking = true;
  unsent = 0;
  ended = false;
  failed: RpcError | null = null;
  #callbacks: BidiCallbacks<SubscribeRequest> | null = null;
  #room = Promise.withResolvers<void>();

  /** Deliveries that were sent. */
  get events(): SubscribedEventMessage[] {
    return this.sent.flatMap(({ events }) => events);
  }

  /** Their ack ids. */
  get ackIds(): string[] {
    return this.events.map(({ ackId }) => ackId);
  }

  /** Ack ids that were taken back. */
  get expired(): string[] {
    return this.sent.flatMap(({ expiredAckIds }) => expiredAckIds);
  }

  receive(callbacks: BidiCallbacks<SubscribeRequest>): void {
    this.#callbacks = callbacks;
  }

  send(message: SubscribeResponse): boolean {
    if (this.ended || this.failed) return false;
    this.sent.push(message);
    if (!this.taking) this.unsent += 1;
    return this.taking;
  }

  drained(): Promise<void> {
    return this.taking ? Promise.resolve() : this.#room.promise;
  }

  end(): void {
    this.ended = true;
  }

  fail(error: RpcError): void {
    this.failed ??= error;
    this.#room.resolve();
  }

  /** The client sends a message. */
  say(message: Partial<SubscribeRequest>): void {
    const nothing = { open: null, ackIds: [], nacks: [], extensions: [], drain: false };
    this.#callbacks?.message({ ...nothing, ...message });
  }

  /** The client closes its side. */
  finish(): void {
    this.#callbacks?.end();
  }

  /** The stream breaks. */
  lose(): void {
    this.#callbacks?.error(new RpcError("CANCELLED", "the client is gone"));
  }

  /** The client takes what was sent, and keeps reading. */
  take(): void {
    this.taking = true;
    this.unsent = 0;
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }
}
