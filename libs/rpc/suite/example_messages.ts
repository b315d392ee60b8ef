import { createHash } from "node:crypto";
import type { Delivery, QuarantinedRequest, ReceivedEvent } from "@hookgate/types";
import type { CaptureRequest, CaptureResponse } from "../generated/messages.ts";
import { captureToMessage } from "../messages/capture_message.ts";

/** An event with every field set, to all bytes there are. */
export function exampleEvent(changes: Partial<ReceivedEvent> = {}): ReceivedEvent {
  const body = changes.body ?? Uint8Array.from({ length: 256 }, (_, byte) => byte);
  return {
    id: `evt_${"0123456789abcdef".repeat(2)}`,
    source: "stripe/eu",
    provider: "stripe",
    type: "payment.success",
    providerType: "charge.succeeded",
    receivedAt: 1_763_950_000_123,
    providerEventId: "evt_1Nä",
    secretId: "2026-10",
    address: "2001:db8::1",
    addressChain: "2001:db8::1, 10.0.0.7",
    headers: Buffer.from("content-type: text/plain\r\nx-name: caf\xe9\r\n", "latin1"),
    body,
    bodySha256: createHash("sha256").update(body).digest(),
    flags: ["unreadable", "seen_before"],
    ...changes,
  };
}

/** A refused request with every field set. */
export function exampleQuarantined(changes: Partial<QuarantinedRequest> = {}): QuarantinedRequest {
  return {
    id: `qtn_${"0123456789abcdef".repeat(2)}`,
    source: "stripe/eu",
    provider: "stripe",
    receivedAt: 1_763_950_000_123,
    reason: "no_match",
    diagnosis: ["It matches the secret of stripe/us.", "näh"],
    address: "2001:db8::1",
    addressChain: "2001:db8::1, 10.0.0.7",
    method: "POST",
    url: "https://hooks.example.com/api/webhooks/stripe/eu?a=1",
    headers: Buffer.from("content-type: text/plain\r\nx-name: caf\xe9\r\n", "latin1"),
    body: Uint8Array.from({ length: 256 }, (_, byte) => byte),
    releasedAs: `evt_${"0123456789abcdef".repeat(2)}`,
    ...changes,
  };
}

/** A dead delivery with two attempts. */
export function exampleDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    id: `dlv_${"fedcba9876543210".repeat(2)}`,
    eventId: `evt_${"0123456789abcdef".repeat(2)}`,
    subscription: "enrolments",
    generation: 2,
    replayOf: `dlv_${"0".repeat(32)}`,
    state: "dead",
    nextAttemptAt: null,
    attempt: 2,
    attemptBase: 0,
    interruptions: 1,
    suspect: false,
    failure: null,
    reason: "out of attempts",
    attempts: [
      {
        number: 1,
        startedAt: 1_763_950_000_200,
        durationMs: 0.25,
        outcome: "failed",
        error: "no",
        response: null,
      },
      {
        number: 2,
        startedAt: 1_763_950_001_200,
        durationMs: 30_000,
        outcome: "timed_out",
        error: "",
        response: { status: 503, body: "näh" },
      },
    ],
    order: { key: '"o-1"', position: 2 ** 40 },
    replay: `rpl_${"0123456789abcdef".repeat(2)}`,
    ...changes,
  };
}

/** A message with one capture. */
export function captureOf(number: number, changes: Partial<ReceivedEvent> = {}): CaptureRequest {
  const event = {
    ...exampleEvent(changes),
    dedupe: "id_and_body",
    bodyWindowMs: 3_600_000,
  } as const;
  return { captures: [captureToMessage(number, event)] };
}

/** A message with one answer. */
export function answerOf(number: number, reason = ""): CaptureResponse {
  const eventId = exampleEvent().id;
  return {
    window: null,
    results: [{ number, outcome: "CAPTURE_OUTCOME_STORED", eventId, reason }],
  };
}
