import { type Bidi, type MessageStream, StreamBidi } from "./bidi.ts";
import { RpcError } from "./rpc_error.ts";

/** Messages of one direction, in order. */
class Pipe<Message> {
  #queue: Message[] = [];
  #listener: ((message: Message) => void) | null = null;
  #scheduled = false;
  #onEnd: (() => void) | null = null;

  get length(): number {
    return this.#queue.length;
  }

  write(message: Message): boolean {
    this.#queue.push(message);
    this.#schedule();
    return true;
  }

  /** Calls `onEnd` after everything that was written before. */
  end(onEnd: () => void): void {
    this.#onEnd = onEnd;
    this.#schedule();
  }

  read(listener: (message: Message) => void): void {
    this.#listener = listener;
    this.#schedule();
  }

  /** Never within the sender's call: neither end expects to be called from within its own. */
  #schedule(): void {
    if (this.#scheduled || !this.#listener) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const message of this.#queue.splice(0)) this.#listener?.(message);
      if (this.#queue.length > 0) return;
      this.#onEnd?.();
      this.#onEnd = null;
    });
  }
}

/** Options for {@linkcode localBidis}. */
export interface LocalBidisOptions {
  /** Called when a callback of either end throws, which breaks the stream. */
  onFault: (error: unknown) => void;
}

/**
 * Both ends of a stream within one process: messages arrive as the objects that were sent, so neither end may change them.
 * Everything else is as over gRPC. Nothing is bounded here: both ends bound what they send by credit.
 */
export function localBidis<ToServer, ToClient>({
  onFault,
}: LocalBidisOptions): {
  client: Bidi<ToClient, ToServer>;
  server: Bidi<ToServer, ToClient>;
} {
  const up = new Pipe<ToServer>();
  const down = new Pipe<ToClient>();
  const client: StreamBidi<ToClient, ToServer> = new StreamBidi(
    localStream(down, up, { ended: () => server.peerEnded() }),
    {
      abort: () =>
        server.broke(new RpcError("CANCELLED", "the client cancelled the call, or is gone")),
      onFault,
    },
  );
  const server: StreamBidi<ToServer, ToClient> = new StreamBidi(
    localStream(up, down, {
      ended() {
        client.closed();
        client.peerEnded();
        server.closed();
      },
    }),
    { abort: (error) => client.broke(error), onFault },
  );
  return { client, server };
}

function localStream<In, Out>(
  input: Pipe<In>,
  output: Pipe<Out>,
  { ended }: { ended: () => void },
): MessageStream<In, Out> {
  return {
    writableNeedDrain: false,
    get writableLength() {
      return output.length;
    },
    on(event: "data" | "drain", listener: (message: In) => void) {
      if (event === "data") input.read(listener);
    },
    write: (message) => output.write(message),
    end: () => output.end(ended),
  };
}
