import { ATTEMPT_OUTCOMES, DELIVERY_STATES } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { DeliveryMessage, RetryDeliveryResponse } from "../generated/messages.ts";
import { exampleDelivery } from "../suite/example_messages.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { ADMIN_SERVICE, methodDefinition } from "../transport/services.ts";
import { deliveryFromMessage, deliveryToMessage } from "./delivery_message.ts";

const { responseSerialize, responseDeserialize } = methodDefinition(ADMIN_SERVICE, "RetryDelivery");

const ATTEMPT = {
  number: 1,
  startedAt: 1,
  durationMs: 2.5,
  error: "é",
  response: { status: 204, body: "" },
};

/** A delivery's message after it crossed the wire. */
function send(message: DeliveryMessage): DeliveryMessage {
  const { delivery } = responseDeserialize(
    responseSerialize({ delivery: message }),
  ) as RetryDeliveryResponse;
  if (!delivery) throw new Error("no delivery arrived");
  return delivery;
}

test.each([
  ["dead, with attempts", exampleDelivery()],
  ["of the first generation", exampleDelivery({ generation: 1, replayOf: null, attempts: [] })],
  ...DELIVERY_STATES.map((state) => [state, exampleDelivery({ state })] as const),
  ["waiting for a time", exampleDelivery({ state: "waiting", nextAttemptAt: 1_763_950_000_123 })],
  ["held back", exampleDelivery({ state: "waiting", order: { key: "", position: 1 } })],
  ["of no replay, in no order", exampleDelivery({ replay: null, order: null })],
  ["due since 1970", exampleDelivery({ state: "waiting", nextAttemptAt: 0 })],
  ...ATTEMPT_OUTCOMES.map(
    (outcome) =>
      [
        `with an attempt that was ${outcome}`,
        exampleDelivery({
          attempts: [{ ...ATTEMPT, outcome }],
        }),
      ] as const,
  ),
])("a delivery %s arrives as it was sent", (_what, delivery) => {
  expect(deliveryFromMessage(send(deliveryToMessage(delivery)))).toEqual(delivery);
});

test("what only the dispatcher needs stays behind", () => {
  const delivery = exampleDelivery({ attemptBase: 7, suspect: true });
  expect(deliveryFromMessage(send(deliveryToMessage(delivery)))).toEqual({
    ...delivery,
    attemptBase: 0,
    suspect: false,
  });
});

test.each([
  ["no state", { state: "DELIVERY_STATE_UNSPECIFIED" }],
  ["a state of a later version", { state: 17 }],
  ["an attempt without an outcome", { attempts: [{ outcome: "ATTEMPT_OUTCOME_UNSPECIFIED" }] }],
  ["an attempt of a later version", { attempts: [{ outcome: 17 }] }],
])("deliveryFromMessage() refuses %s", (_what, changes) => {
  const message = send({ ...deliveryToMessage(exampleDelivery()), ...(changes as object) });
  expect(() => deliveryFromMessage(message)).toThrow(RpcError);
  expect(() => deliveryFromMessage(message)).toThrow(/^Cannot read a delivery: /);
});
