import type { CapturedEvent, DedupeRule } from "@hookgate/types";
import type { CaptureMessage } from "../generated/messages.ts";
import { eventFromMessage, eventToMessage } from "./event_message.ts";

/** Rules by their names on the wire. */
const RULES = {
  DEDUPE_RULE_ID: "id",
  DEDUPE_RULE_ID_AND_BODY: "id_and_body",
  DEDUPE_RULE_BODY: "body",
  DEDUPE_RULE_NONE: "none",
} as const satisfies Partial<Record<CaptureMessage["dedupe"], DedupeRule>>;

const NAMES = {
  id: "DEDUPE_RULE_ID",
  id_and_body: "DEDUPE_RULE_ID_AND_BODY",
  body: "DEDUPE_RULE_BODY",
  none: "DEDUPE_RULE_NONE",
} as const satisfies Record<DedupeRule, keyof typeof RULES>;

/**
 * An event to store as a message, with the number that its answer will have, and how long that is waited for, in
 * milliseconds; 0 does not say.
 */
export function captureToMessage(number: number, event: CapturedEvent, waitMs = 0): CaptureMessage {
  const { dedupe, bodyWindowMs } = event;
  return { number, event: eventToMessage(event), dedupe: NAMES[dedupe], bodyWindowMs, waitMs };
}

/**
 * A message as an event to store; null if it has no event. An older edge does not say how it is told apart: by id and body if
 * it has an id, otherwise by nothing, because a wrong duplicate would be lost.
 */
export function captureFromMessage({
  event: message,
  dedupe,
  bodyWindowMs,
}: CaptureMessage): CapturedEvent | null {
  if (message === null) return null;
  const event = eventFromMessage(message);
  // What is protected, the dispatcher decides.
  if (event.protection !== undefined) delete event.protection;
  const hasId = event.providerEventId !== "";
  const stated = dedupe === "DEDUPE_RULE_UNSPECIFIED" ? null : RULES[dedupe];
  const needsId = stated === null || stated === "id" || stated === "id_and_body";
  const rule = needsId && !hasId ? "none" : (stated ?? "id_and_body");
  return Object.assign(event, { dedupe: rule, bodyWindowMs });
}
