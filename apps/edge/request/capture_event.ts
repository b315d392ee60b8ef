import { hash } from "node:crypto";
import { LineBudget } from "@hookgate/async";
import { formatHeaderBlock } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import { type EventFlag, newId, type ReceivedEvent } from "@hookgate/types";
import type { CaptureLink } from "../link/capture_link.ts";
import { answerOwn, answerReceived, answerUnavailable } from "./answers.ts";
import type { EdgeContext, EdgeMiddleware, EdgeState } from "./edge_context.ts";

const NO_FLAGS: readonly EventFlag[] = [];

/** Options for {@linkcode captureEvent}. */
export interface CaptureEventOptions {
  link: Pick<CaptureLink, "capture">;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Hands the event to the dispatcher, and answers once it is durable there: a 2xx means stored. */
export function captureEvent(options: CaptureEventOptions): EdgeMiddleware {
  const { link, log } = options;
  // In an outage every request would have one.
  const budget = new LineBudget({ monotonic: options.monotonic, linesMax: 1 });
  const debug = log.isLevelEnabled("debug");

  return async function captureEvent(ctx) {
    const event = makeEvent(ctx);
    const { deadlineAt } = ctx.state;
    const answer = await link.capture(event, { deadlineAt });
    if (answer.outcome === "unavailable") {
      const omitted = budget.take();
      const fields = { source: event.source, reason: answer.reason, omitted };
      if (omitted !== null) log.warn(fields, "event not stored");
      return answerUnavailable(ctx, "unavailable");
    }
    const { outcome, eventId } = answer;
    if (debug) log.debug({ eventId, source: event.source, type: event.type, outcome }, "received");
    ctx.state.outcome = outcome;
    const { ownResponse } = ctx.state.source.provider;
    if (ownResponse === undefined) answerReceived(ctx, eventId, outcome === "duplicate");
    else answerOwn(ctx, ownResponse);
  };
}

function makeEvent(ctx: EdgeContext): ReceivedEvent {
  const { source, signed, description, acceptance, address, addressChain } = ctx.state;
  const { receivedAt } = signed;
  return {
    id: newId("evt", { now: receivedAt }),
    source: source.name,
    provider: source.provider.id,
    type: description.type,
    providerType: description.providerType,
    receivedAt,
    providerEventId: description.providerEventId,
    secretId: acceptance.secretId,
    address,
    addressChain,
    headers: formatHeaderBlock(ctx.req.rawHeaders),
    body: signed.body,
    bodySha256: hash("sha256", signed.body, "buffer"),
    flags: flagsOf(ctx.state),
  };
}

function flagsOf({ description, acceptance, addressVerdict }: EdgeState): readonly EventFlag[] {
  const unnoticed = description.readable && acceptance.intact && addressVerdict === undefined;
  if (unnoticed) return NO_FLAGS;
  const flags: EventFlag[] = [];
  if (!description.readable) flags.push("unreadable");
  if (!acceptance.intact) flags.push("not_intact");
  if (addressVerdict !== undefined) flags.push("address_shadow");
  return flags;
}
