import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { type CapturedEvent, newId } from "@hookgate/types";
import type { CaptureLink } from "../link/capture_link.ts";
import { answerOwn, answerReceived, answerUnavailable } from "./answers.ts";
import type { Allowed, EdgeContext, EdgeMiddleware, Verified } from "./stages.ts";

/** Options for {@linkcode captureEvent}. */
export interface CaptureEventOptions {
  link: Pick<CaptureLink, "capture">;
  log: Log;
  /** Counts how long an event took to be durable, in milliseconds. @default nothing does */
  durable?: { add(ms: number): void };
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Sends the event to the dispatcher, and answers once it is durable there: a 2xx means stored. */
export function captureEvent(options: CaptureEventOptions): EdgeMiddleware<Verified & Allowed> {
  const { link, log } = options;
  // In an outage every request would log one.
  const budget = new LineBudget({ monotonic: options.monotonic, linesMax: 1 });
  const debug = log.isLevelEnabled("debug");

  return async function captureEvent(ctx) {
    const made = makeEvent(ctx);
    const event = made instanceof Promise ? await made : made;
    ctx.state.captured = event;
    const { deadlineAt } = ctx.state;
    const from = options.monotonic();
    const answer = await link.capture(event, { deadlineAt });
    const to = options.monotonic();
    ctx.state.capturing = { from, to, answer };
    if (answer.outcome === "unavailable") {
      // Without a dispatcher no store is slow.
      if (answer.reason !== "not_connected") ctx.state.inFlight.answered(false);
      const omitted = budget.take();
      const fields = { source: event.source, reason: answer.reason, omitted };
      if (omitted !== null) log.warn(fields, "event not stored, answered 503");
      return answerUnavailable(ctx, "unavailable");
    }
    const { outcome, eventId } = answer;
    if (debug) log.debug({ eventId, source: event.source, type: event.type, outcome }, "received");
    ctx.state.outcome = outcome;
    options.durable?.add(to - from);
    ctx.state.inFlight.answered(true);
    const { ownResponse } = ctx.state.source.provider;
    if (ownResponse === undefined) answerReceived(ctx, eventId, outcome === "duplicate");
    else answerOwn(ctx, ownResponse);
  };
}

function makeEvent(ctx: EdgeContext<Verified & Allowed>): CapturedEvent | Promise<CapturedEvent> {
  const { source, signed, acceptance, client, allowed } = ctx.state;
  return source.event(signed, {
    id: newId("evt", { now: signed.receivedAt }),
    acceptance,
    allowed,
    address: client.address,
    addressChain: client.chain,
    rawHeaders: ctx.req.rawHeaders,
  });
}
