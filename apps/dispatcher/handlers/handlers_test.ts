import { findProvider } from "@hookgate/providers";
import {
  type Handler,
  type HandlerContext,
  type HandlerEvent,
  WEBHOOK_EVENT_TYPES,
} from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { handle as handleAssessment } from "./assessment_submitted.ts";
import { handle as handlePayment } from "./payment_success.ts";
import { handle as handleCancelled } from "./subscription_cancelled.ts";

function eventOf(type: string, data: unknown, id = "evt_1"): HandlerEvent {
  return {
    id,
    type,
    timestamp: "2026-01-01T00:00:00Z",
    data,
    source: "academy",
    provider: "generic",
    receivedAt: new Date(0),
    headers: {},
    body: new Uint8Array(),
    flags: [],
  };
}

function contextOf(signal = new AbortController().signal) {
  const lines: string[] = [];
  const write = (message: string) => {
    lines.push(message);
  };
  const log = { debug: write, info: write, warn: write, error: write };
  const context: HandlerContext = { deliveryId: "dlv_1", attempt: 1, signal, log };
  return { context, lines };
}

async function handlerOf(type: string): Promise<Handler> {
  const module = (await import(`./${type.replace(".", "_")}.ts`)) as { handle: Handler };
  return module.handle;
}

test.each(WEBHOOK_EVENT_TYPES)("the handler of %s takes what a sample sends", async (type) => {
  const handle = await handlerOf(type);
  const sample = findProvider("generic")?.sample(type, new Date(0)).body ?? "";
  const { context, lines } = contextOf();
  await handle(eventOf(type, JSON.parse(sample).data, `evt_${type}`), context);
  expect(lines).toHaveLength(1);
});

test.each(WEBHOOK_EVENT_TYPES)("the handler of %s bears an event without data", async (type) => {
  const handle = await handlerOf(type);
  for (const data of [undefined, null, {}, [], "text", 5]) {
    const { context, lines } = contextOf();
    await handle(eventOf(type, data, `evt_${type}_${JSON.stringify(data)}`), context);
    expect(lines).toHaveLength(1);
  }
});

test("the handler of payment.success does its work once for an event", () => {
  const { context, lines } = contextOf();
  const event = eventOf("payment.success", { paymentId: "p" }, "evt_twice") as HandlerEvent<null>;
  handlePayment(event, context);
  handlePayment(event, context);
  expect(lines).toEqual(["payment received", "payment seen before"]);
});

test("the handler of assessment.submitted refuses an impossible score for good", () => {
  const event = eventOf("assessment.submitted", { score: -1 }) as HandlerEvent<null>;
  expect(() => handleAssessment(event, contextOf().context)).toThrow(
    expect.objectContaining({ retry: false }),
  );
});

test("the handler of subscription.cancelled stops when its time is up", async () => {
  const { context, lines } = contextOf(AbortSignal.abort());
  const event = eventOf("subscription.cancelled", {}) as HandlerEvent<null>;
  await expect(handleCancelled(event, context)).rejects.toThrow(/abort/);
  expect(lines).toEqual([]);
});
