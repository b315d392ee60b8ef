import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Report } from "../link/report.ts";
import { awaitsContinue, type BodyReader } from "./read_body.ts";
import { quarantine, refuse } from "./refusals.ts";
import {
  type Allowed,
  add,
  type EdgeContext,
  type Located,
  type Refusal,
  type Stage,
} from "./stages.ts";

const NOT_ALLOWED: Refusal = {
  status: 403,
  error: "address_not_allowed",
  message: "This address may not send to this source.",
};
const NOT_ALLOWED_UNREAD: Refusal = { ...NOT_ALLOWED, unread: "address_not_allowed_unread" };

/** Options for {@linkcode checkAddress}. */
export interface CheckAddressOptions {
  /** Reads refused requests, for quarantine. */
  reader: BodyReader;
  report: Pick<Report, "hasRoom">;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Refuses addresses that are not on the source's allow list; `shadow` only logs them. Lists become outdated, and then
 * the refused events are wanted: they are read first if quarantine has room for them. Of others it gets the headers.
 */
export function checkAddress(options: CheckAddressOptions): Stage<Located, Allowed> {
  const { reader, report, log } = options;
  const budget = new LineBudget(options);

  async function refuseAddress(ctx: EdgeContext<Located>): Promise<void> {
    // A client that sends `Expect` waits with its body: do not ask for one that is refused.
    const waits = awaitsContinue(ctx.req);
    const { source, client } = ctx.state;
    const sender = { source: source.name, address: client.address };
    if (waits || !report.hasRoom(sender)) return refuse(ctx, NOT_ALLOWED_UNREAD);
    const read = await reader.read(ctx);
    if (read.outcome === "aborted") {
      ctx.respond = false;
      return;
    }
    if (read.outcome !== "read") return refuse(ctx, NOT_ALLOWED_UNREAD);
    quarantine(reader.complete(ctx, read.body), "address_not_allowed");
    return refuse(ctx, NOT_ALLOWED);
  }

  return function checkAddress(ctx, next) {
    const { source, client } = ctx.state;
    const allowed = source.allows(client.address);
    if (allowed === "allowed") return next(add(ctx, "allowed", allowed));
    if (allowed === "refused") return refuseAddress(ctx);
    const omitted = budget.take();
    const fields = { source: source.name, address: client.address, omitted };
    if (omitted !== null) log.info(fields, "address not allowed, accepted in shadow mode");
    return next(add(ctx, "allowed", allowed));
  };
}
