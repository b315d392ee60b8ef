import type { RateLimit } from "@hookgate/config";
import ipaddr from "ipaddr.js";
import ratelimit from "koa-ratelimit";
import { answerLimited } from "./answers.ts";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";

/** Counted addresses at most, about 200 bytes each; past it those that have been quiet longest are forgotten. */
export const LIMITED_ADDRESSES_MAX = 50_000;

/** Groups in the network part of an IPv6 address. */
const NETWORK_GROUPS = 4;

/** Options for {@linkcode limitAddresses}. */
export interface LimitAddressesOptions {
  rateLimit: RateLimit;
  /** Counts by address, which outlive a reload. Bounded. */
  counts: Map<string, object>;
}

/**
 * So many requests of one address in a window; the others are answered 429 and closed. The middleware counts before
 * `next()`, so where only refused requests count it stands on their branch, not in front.
 */
export function limitAddresses(options: LimitAddressesOptions): EdgeMiddleware {
  const { rateLimit, counts } = options;
  const limit = ratelimit({
    driver: "memory",
    db: counts,
    duration: rateLimit.windowMs,
    max: rateLimit.max,
    id: (ctx) => limitedNetwork(ctx.state["address"]),
    // Never shown; without it the default one is put together for each request.
    errorMessage: "limited",
    // On the branch of the refused they would tell how many guesses are left.
    disableHeader: !rateLimit.countVerified,
  }) as unknown as (ctx: EdgeContext, next: () => Promise<void>) => Promise<void>;

  return async function limitAddresses(ctx, next) {
    await limit(ctx, next);
    const limited = ctx.state.rateLimit;
    if (limited === undefined) return;
    // An address over its limit must not hold on to one of the sockets either.
    ctx.set("Connection", "close");
    answerLimited(ctx, limited.after);
  };
}

/** Who is counted as one sender: an IPv4 address; of IPv6, which is handed out by networks of 2^64, the network. */
export function limitedNetwork(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}
