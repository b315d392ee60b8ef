import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Report } from "../link/report.ts";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";

const NOT_ALLOWED = {
  status: 403,
  error: "address_not_allowed",
  message: "This address may not send to this source.",
} as const;

/** Options for {@linkcode checkAddress}. */
export interface CheckAddressOptions {
  report: Pick<Report, "hasRoom">;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Holds the source's allow list against the client's address. `shadow` only says what `enforce` would refuse. What is
 * refused is read all the same where quarantine has room for it, but goes no further than that: lists rot, and then
 * what they refused is wanted.
 */
export function checkAddress(options: CheckAddressOptions): EdgeMiddleware {
  const { report, log } = options;
  const budget = new LineBudget(options);
  return function checkAddress(ctx, next) {
    const { source, address } = ctx.state;
    if (source.allowedMode === "off" || source.allowed.has(address)) return next();
    if (source.allowedMode === "enforce") {
      ctx.state.addressVerdict = "refused";
      // Who asks first shall not send what is refused.
      const keeps = ctx.req.headers.expect === undefined && report.hasRoom(source.name);
      if (keeps) return next().then(() => refuse(ctx));
      refuse(ctx);
      return Promise.resolve();
    }
    ctx.state.addressVerdict = "shadow";
    const omitted = budget.take();
    const fields = { source: source.name, address, omitted };
    if (omitted !== null) log.info(fields, "address would be refused");
    return next();
  };
}

/** Ends the path of what `checkAddress` has refused, now that it is read. */
export function stopRefused(): EdgeMiddleware {
  return function stopRefused(ctx, next) {
    return ctx.state.addressVerdict === "refused" ? Promise.resolve() : next();
  };
}

function refuse(ctx: EdgeContext): void {
  // Whatever the body was: this is what was wrong first. Nobody is left to answer where the client has hung up.
  if (ctx.respond === false) return;
  ctx.state.refusal = NOT_ALLOWED;
  ctx.remove("Retry-After");
  // Not set where the body was not read.
  const signed: object | undefined = ctx.state.signed;
  if (signed !== undefined) ctx.state.quarantine = "address_not_allowed";
}
