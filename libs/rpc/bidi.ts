import type { RpcError } from "./rpc_error.ts";

/** What a stream tells the end that receives. After `end` or `error` it says no more. */
export interface BidiCallbacks<In> {
  message(message: In): void;
  /** The peer finished cleanly: it sends no more. */
  end(): void;
  /** The stream is broken, in both directions; also after {@linkcode Bidi.fail}, with that very error. */
  error(error: RpcError): void;
}

/** One end of a stream that carries messages both ways; the same on the client and on the server. */
export interface Bidi<In, Out> {
  /** Begins to receive; called once. Of `end` and `error` exactly one is called, once. */
  receive(callbacks: BidiCallbacks<In>): void;
  /**
   * Sends a message. False asks the sender to wait for {@linkcode Bidi.drained}: the message is on its way all the
   * same. On a stream that is over, or after `end`, it does nothing and returns false.
   */
  send(message: Out): boolean;
  /** Resolves when there is room to send, and at the latest when the stream is over. Never rejects. */
  drained(): Promise<void>;
  /** Messages that were sent and that the transport has not taken yet, because the peer does not take what came before. */
  readonly unsent: number;
  /** Finishes cleanly, after all that was sent: a client sends no more, a server ends the call. */
  end(): void;
  /** Breaks the stream off: a server ends the call with this error, a client cancels it. */
  fail(error: RpcError): void;
}
