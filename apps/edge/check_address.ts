import type { Log } from "@hookgate/telemetry";
import type { EdgeMiddleware } from "./edge_context.ts";
import { LineBudget } from "./line_budget.ts";

const NOT_ALLOWED = {
  status: 403,
  error: "address_not_allowed",
  message: "This address may not send to this source.",
} as const;

/** Holds the source's allow list against the client's address. `shadow` only says what `enforce` would refuse. */
export function checkAddress(options: { log: Log; monotonic: () => number }): EdgeMiddleware {
  const { log } = options;
  const budget = new LineBudget(options);
  return function checkAddress(ctx, next) {
    const { source, address } = ctx.state;
    if (source.allowedMode === "off" || source.allowed.has(address)) return next();
    if (source.allowedMode === "enforce") {
      ctx.state.refusal = NOT_ALLOWED;
      return Promise.resolve();
    }
    const omitted = budget.take();
    const fields = { source: source.name, address, omitted };
    if (omitted !== null) log.info(fields, "address would be refused");
    return next();
  };
}
