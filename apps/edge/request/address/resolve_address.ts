import { AddressList } from "@hookgate/receive";
import { type Admitted, type Arrived, add, type Stage } from "../stages.ts";
import { clientAddress } from "./client_address.ts";

/** A socket that has closed has no address, and nobody will read the answer. */
const UNKNOWN_ADDRESS = "unknown";

/** Finds out which client sent the request, behind the proxies that the configuration trusts. */
export function resolveAddress(trustedProxies: readonly string[]): Stage<Admitted, Arrived> {
  const trusted = new AddressList(trustedProxies);
  return function resolveAddress(ctx, next) {
    const { headers, socket } = ctx.req;
    const forwardedFor = headers["x-forwarded-for"];
    const forwarded = headers["forwarded"];
    const client = clientAddress(
      socket.remoteAddress ?? UNKNOWN_ADDRESS,
      // Node joins several headers of one name with commas, in their order.
      { forwardedFor: forwardedFor?.toString(), forwarded },
      { trusted },
    );
    return next(add(ctx, "client", client));
  };
}
