import { hash } from "node:crypto";
import { LineBudget } from "@hookgate/async";
import { describeEvent, formatHeaderBlock } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import { type EventFlag, newId, type ReceivedEvent } from "@hookgate/types";
import type { CaptureLink } from "../link/capture_link.ts";
import { answerOwn, answerReceived, answerUnavailable } from "./answers.ts";
import type { Allowed, EdgeContext, EdgeMiddleware, Verified } from "./stages.ts";

const NO_FLAGS: readonly EventFlag[] = [];

/** Options for {@linkcode captureEvent}. */
export interface CaptureEventOptions {
  link: Pick<CaptureLink, "capture">;
  log: Log;
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
    const event = makeEvent(ctx);
    const { deadlineAt } = ctx.state;
    const answer = await link.capture(event, { deadlineAt });
    if (answer.outcome === "unavailable") {
      const omitted = budget.take();
      const fields = { source: event.source, reason: answer.reason, omitted };
      if (omitted !== null) log.warn(fields, "event not stored, answered 503");
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

function makeEvent(ctx: EdgeContext<Verified & Allowed>): ReceivedEvent {
  const { source, signed, acceptance, client, allowed } = ctx.state;
  const { receivedAt } = signed;
  const description = describeEvent(source.provider, signed);
  return {
    id: newId("evt", { now: receivedAt }),
    source: source.name,
    provider: source.provider.id,
    type: description.type,
    providerType: description.providerType,
    receivedAt,
    providerEventId: description.providerEventId,
    secretId: acceptance.secretId,
    address: client.address,
    addressChain: client.chain,
    headers: formatHeaderBlock(ctx.req.rawHeaders),
    body: signed.body,
    bodySha256: hash("sha256", signed.body, "buffer"),
    flags: flagsOf(description.readable, acceptance.intact, allowed),
  };
}

function flagsOf(
  readable: boolean,
  intact: boolean,
  allowed: "allowed" | "shadow",
): readonly EventFlag[] {
  if (readable && intact && allowed === "allowed") return NO_FLAGS;
  const flags: EventFlag[] = [];
  if (!readable) flags.push("unreadable");
  if (!intact) flags.push("not_intact");
  if (allowed === "shadow") flags.push("address_shadow");
  return flags;
}
