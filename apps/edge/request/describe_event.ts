import { describeEvent as describe } from "@hookgate/providers";
import type { EdgeMiddleware } from "./edge_context.ts";

/** Reads the event's type and id, now that the bytes are proven. What cannot be read is stored all the same. */
export function describeEvent(): EdgeMiddleware {
  return function describeEvent(ctx, next) {
    const { source, signed } = ctx.state;
    ctx.state.description = describe(source.provider, signed);
    return next();
  };
}
