import { AddressList } from "./address_list.ts";
import { clientAddress } from "./client_address.ts";
import type { EdgeMiddleware } from "./edge_context.ts";

/** A socket that is gone has no address any more; nobody will read the answer either. */
const UNKNOWN_ADDRESS = "unknown";

/** Finds out whose request it is, behind the proxies that the configuration trusts. */
export function resolveAddress(trustedProxies: readonly string[]): EdgeMiddleware {
  const trusted = new AddressList(trustedProxies);
  return function resolveAddress(ctx, next) {
    const { headers, socket } = ctx.req;
    const forwardedFor = headers["x-forwarded-for"];
    const forwarded = headers["forwarded"];
    const resolved = clientAddress(
      socket.remoteAddress ?? UNKNOWN_ADDRESS,
      // Node joins the lines of one name by commas, in their order.
      { forwardedFor: forwardedFor?.toString(), forwarded },
      { trusted },
    );
    ctx.state.address = resolved.address;
    ctx.state.addressChain = resolved.chain;
    ctx.state.proxied = resolved.proxied;
    return next();
  };
}
