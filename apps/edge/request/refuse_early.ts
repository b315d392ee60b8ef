import type { RequestListener } from "node:http";
import { OVERLOADED } from "./answers.ts";
import { type CloseConnectionOptions, keepsUnread } from "./close_connection.ts";
import type { RequestCounter } from "./count_requests.ts";
import type { InFlight } from "./in_flight.ts";

/** Options for {@linkcode refuseEarly}. */
export interface RefuseEarlyOptions extends CloseConnectionOptions {
  inFlight: Pick<InFlight, "isFull">;
  count: RequestCounter;
}

/**
 * Gives what `limitInFlight` refuses the same answer, but before anything is made for the request: an edge that is overloaded
 * needs its time for those that it has let in. A request that would end its connection takes the usual path.
 */
export function refuseEarly(
  listener: RequestListener,
  { inFlight, count, connections, draining }: RefuseEarlyOptions,
): RequestListener {
  return function refuseEarly(req, res) {
    if (!inFlight.isFull() || draining() || !keepsUnread(req)) return listener(req, res);
    connections.begin(req);
    res.writeHead(OVERLOADED.status, OVERLOADED.headers);
    res.end(OVERLOADED.body);
    connections.end(req);
    count.add("", "unavailable", OVERLOADED.status);
  };
}
