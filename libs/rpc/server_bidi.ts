import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Bidi } from "./bidi.ts";
import { RpcError } from "./rpc_error.ts";
import { rpcStatus } from "./rpc_status.ts";
import { StreamBidi } from "./stream_bidi.ts";

/** Options for {@linkcode serverBidi}. */
export interface ServerBidiOptions {
  /** Told when a callback throws. */
  onFault: (error: unknown) => void;
}

/** How long what was sent may take to go out before a call is ended with an error, in milliseconds. */
const FLUSH_MS_MAX = 5_000;

/** The server's end of a call. */
export function serverBidi<In, Out>(
  call: ServerDuplexStream<In, Out>,
  { onFault }: ServerBidiOptions,
): Bidi<In, Out> {
  let flushing: NodeJS.Timeout | null = null;
  const bidi = new StreamBidi<In, Out>(call, {
    abort(error) {
      // The way of grpc-js to end a call with a status: it writes what was sent before, then the status.
      call.emit("error", Object.assign(new Error(), rpcStatus(error)));
      // A client that takes nothing would keep all of it here for as long as its connection lives.
      flushing = setTimeout(() => call.destroy(), FLUSH_MS_MAX).unref();
    },
    onFault,
  });
  // Node ends the reading side of a stream that was reset, too, and grpc-js takes that for a finish; that the call was
  // cancelled it says later in the same turn.
  call.on("end", () => setImmediate(() => bidi.peerEnded()));
  // Comes with every end of a call, whoever brought it about.
  call.on("cancelled", () => {
    if (flushing) clearTimeout(flushing);
    if (call.writableFinished) {
      bidi.closed();
      bidi.peerEnded();
    } else {
      bidi.broke(new RpcError("CANCELLED", "the client cancelled the call, or is gone"));
    }
  });
  return bidi;
}
