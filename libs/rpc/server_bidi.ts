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

/** The server's end of a call. */
export function serverBidi<In, Out>(
  call: ServerDuplexStream<In, Out>,
  { onFault }: ServerBidiOptions,
): Bidi<In, Out> {
  const bidi = new StreamBidi<In, Out>(call, {
    // The way of grpc-js to end a call with a status: it writes what was sent before, then the status.
    abort: (error) => void call.emit("error", Object.assign(new Error(), rpcStatus(error))),
    onFault,
  });
  // Node ends the reading side of a stream that was reset, too, and grpc-js takes that for a finish; that the call was
  // cancelled it says later in the same turn.
  call.on("end", () => setImmediate(() => bidi.peerEnded()));
  // Comes with every end of a call, whoever brought it about.
  call.on("cancelled", () => {
    if (call.writableFinished) {
      bidi.closed();
      bidi.peerEnded();
    } else {
      bidi.broke(new RpcError("CANCELLED", "the client cancelled the call, or is gone"));
    }
  });
  return bidi;
}
