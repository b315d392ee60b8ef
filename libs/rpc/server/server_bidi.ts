import type { ServerDuplexStream } from "@grpc/grpc-js";
import { type Bidi, StreamBidi } from "../transport/bidi.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { rpcStatus } from "../transport/rpc_status.ts";

/** Options for {@linkcode serverBidi}. */
export interface ServerBidiOptions {
  /** Called when a callback throws. */
  onFault: (error: unknown) => void;
}

/** After an error, how long the messages sent before it may take to go out, in milliseconds. */
const FLUSH_MS_MAX = 5_000;

/** The server's end of a call. */
export function serverBidi<In, Out>(
  call: ServerDuplexStream<In, Out>,
  { onFault }: ServerBidiOptions,
): Bidi<In, Out> {
  let flushing: NodeJS.Timeout | null = null;
  const bidi = new StreamBidi<In, Out>(call, {
    abort(error) {
      // This is how grpc-js ends a call with a status: it writes what was sent before, then the status.
      call.emit("error", Object.assign(new Error(), rpcStatus(error)));
      // A client that reads nothing would keep all of it here for as long as its connection lives.
      flushing = setTimeout(() => call.destroy(), FLUSH_MS_MAX).unref();
    },
    onFault,
  });
  // Node also ends the reading side of a stream that was reset. grpc-js takes that for a finish, and reports the cancellation within
  // the turn after.
  call.on("end", () => setImmediate(() => setImmediate(() => bidi.peerEnded())));
  // Comes with every end of a call, whichever side ended it.
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
