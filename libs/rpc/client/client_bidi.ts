import type { ClientDuplexStream, StatusObject } from "@grpc/grpc-js";
import { type Bidi, StreamBidi } from "../transport/bidi.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { fromStatus } from "../transport/rpc_status.ts";

/** Options for {@linkcode clientBidi}. */
export interface ClientBidiOptions {
  /** How long the server may take to open its side, in milliseconds. */
  openMsMax: number;
  /** Called if it takes longer. */
  onUnopened: () => void;
  /** Called when a callback throws. */
  onFault: (error: unknown) => void;
  /** Called once, when the call is over. */
  onOver: () => void;
}

/** The client's end of a call. */
export function clientBidi<In, Out>(
  call: ClientDuplexStream<Out, In>,
  { openMsMax, onUnopened, onFault, onOver }: ClientBidiOptions,
): Bidi<In, Out> {
  const bidi = new StreamBidi<In, Out>(call, { abort: () => call.cancel(), onFault });

  // Before the first read grpc-js buffers everything that arrives, without a limit.
  call.read(0);

  // grpc-js waits for ever for a peer that accepts the connection and stays silent, or that drops packets: there are no
  // keepalive pings before the connection is up.
  const opening = setTimeout(() => {
    bidi.fail(new RpcError("UNAVAILABLE", `no answer within ${openMsMax} ms`));
    onUnopened();
  }, openMsMax);
  call.once("metadata", () => clearTimeout(opening));

  let statusIsOk = false;
  call.on("status", (status: StatusObject) => {
    clearTimeout(opening);
    statusIsOk = status.code === 0;
    bidi.closed();
    onOver();
  });
  // Comes after the last message; if the status is not OK, "error" comes as well.
  call.on("end", () => {
    if (statusIsOk) bidi.peerEnded();
  });
  call.on("error", (error: StatusObject & Error) => bidi.broke(fromStatus(error)));
  return bidi;
}
