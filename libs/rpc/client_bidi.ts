import type { ClientDuplexStream, StatusObject } from "@grpc/grpc-js";
import type { Bidi } from "./bidi.ts";
import { RpcError } from "./rpc_error.ts";
import { fromStatus } from "./rpc_status.ts";
import { StreamBidi } from "./stream_bidi.ts";

/** Options for {@linkcode clientBidi}. */
export interface ClientBidiOptions {
  /** How long the server may take to open its side, in milliseconds. */
  openMsMax: number;
  /** Told when it took longer. */
  onUnopened: () => void;
  /** Told when a callback throws. */
  onFault: (error: unknown) => void;
  /** Told, once, when the call is over. */
  onOver: () => void;
}

/** The client's end of a call. */
export function clientBidi<In, Out>(
  call: ClientDuplexStream<Out, In>,
  { openMsMax, onUnopened, onFault, onOver }: ClientBidiOptions,
): Bidi<In, Out> {
  const bidi = new StreamBidi<In, Out>(call, { abort: () => call.cancel(), onFault });

  // Until the first read grpc-js keeps whatever arrives, however much.
  call.read(0);

  // grpc-js waits without end for a peer that accepts the connection and says nothing, or for packets that nobody
  // answers: there are no keepalive pings before the connection stands.
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
  // Comes after the last message was taken; where the status is not OK, "error" has told it.
  call.on("end", () => {
    if (statusIsOk) bidi.peerEnded();
  });
  call.on("error", (error: StatusObject & Error) => bidi.broke(fromStatus(error)));
  return bidi;
}
