/** The process of a gateway that a test has started: does what the test's process asks over IPC, and ends with it. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDotEnv } from "@hookgate/config";
import type { Call, FromGateway, ThrownError, ToGateway } from "@hookgate/testing/gateway";
import type { Handler } from "@hookgate/types";
import { TestGateway } from "./test_gateway.ts";

let gateway: TestGateway | null = null;
let runs = 0;
const running = new Map<number, (error: ThrownError | null) => void>();

process.on("message", (message: ToGateway) => {
  if ("ran" in message) {
    running.get(message.ran)?.(message.error);
    running.delete(message.ran);
    return;
  }
  answer(message).then(
    (value) => send({ id: message.id, value }),
    (error: Error) => send({ id: message.id, error: error.message }),
  );
});
process.on("disconnect", async () => {
  await gateway?.close();
  process.exit(0);
});
// The process of the test decides when this one ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

async function answer(call: Call): Promise<unknown> {
  if (call.call === "start") {
    const folder = await mkdtemp(join(tmpdir(), "hookgate-test-"));
    // As `npx hookgate start` does; a configuration is evaluated in a process that inherits them.
    if (call.options.config !== null) loadDotEnv(process.env);
    gateway = await TestGateway.start({ ...call.options, folder, environment: process.env, run });
    return { url: gateway.url };
  }
  if (gateway === null) throw new Error(`Cannot ${call.call}: the gateway has not started`);
  switch (call.call) {
    case "send":
      return gateway.send(call.source, call.type, call.data);
    case "deliveries":
      return gateway.deliveries(call.eventId);
    case "delivered":
      return gateway.delivered(call.eventId, call.timeoutMs);
    case "advance":
      return gateway.advance(call.ms);
  }
}

/** Has a function of the test make an attempt. */
function run(pattern: string): Handler {
  return async (event, { deliveryId, attempt, signal }) => {
    runs += 1;
    const id = runs;
    const abort = () => send({ aborted: id });
    signal.addEventListener("abort", abort);
    const error = await new Promise<ThrownError | null>((resolve) => {
      running.set(id, resolve);
      send({ run: id, pattern, event, context: { deliveryId, attempt } });
    });
    signal.removeEventListener("abort", abort);
    if (error !== null) throw Object.assign(new Error(error.message), error);
  };
}

function send(message: FromGateway): void {
  if (process.connected) process.send?.(message, () => {});
}
