import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Config, type Env, readEnv } from "@hookgate/config";
import {
  type CaptureResultMessage,
  captureToMessage,
  connectRpc,
  type RpcClient,
} from "@hookgate/rpc";
import { createLog, createMetrics, type Tracing } from "@hookgate/telemetry";
import { waitFor } from "@hookgate/testing";
import type { CapturedEvent, DeliveryState } from "@hookgate/types";
import { type Dispatcher, startDispatcher } from "../start_dispatcher.ts";
import { exampleSource } from "./example_source.ts";

const DAY_MS = 86_400_000;

/** Where an app keeps compiled code, too: handler hosts start in a third of the time. */
const COMPILED = fileURLToPath(new URL("../../../node_modules/.cache/hookgate", import.meta.url));

/** A configuration with the parts that a test needs; the limits are those of the edge and are not used. */
export function configOf(part: Partial<Config> = {}): Config {
  return {
    sources: [exampleSource()],
    subscriptions: [],
    trustedProxies: [],
    limits: {
      bodyBytesMax: 1,
      bodyDeadlineMs: 1,
      headersDeadlineMs: 1,
      connectionsMax: 1,
      connectionsPerAddress: 1,
      inFlightMax: 1,
      inFlightBytesMax: 1,
      answerBudgetMs: 1,
    },
    rateLimit: {
      windowMs: 1,
      max: 1,
      countVerified: false,
      sourcePerSecond: 1,
      sourceBurst: 1,
    },
    handlerHosts: { count: 2, memoryBytesMax: 512 * 1024 * 1024 },
    handlerEnv: [],
    privateHosts: ["127.0.0.1"],
    retention: {
      deliveredMs: DAY_MS,
      deadMs: DAY_MS,
      quarantineMs: DAY_MS,
      subscriptionsMs: DAY_MS,
    },
    notify: { consoleUrl: null, recipients: [] },
    ...part,
  };
}

/** A dispatcher in this process, with its store below a folder, and a client. */
export class RunningDispatcher implements AsyncDisposable {
  readonly dispatcher: Dispatcher;
  readonly client: RpcClient;

  private constructor(dispatcher: Dispatcher) {
    this.dispatcher = dispatcher;
    const security = { token: null, tls: null };
    this.client = connectRpc({ address: dispatcher.address, security });
  }

  static async start(
    folder: string,
    part: Partial<Config> = {},
    { tracing = null }: { tracing?: Tracing | null } = {},
  ): Promise<RunningDispatcher> {
    const env: Env = {
      ...readEnv({ DATA_DIR: join(folder, "data"), WEBHOOK_SECRET: "unused" }),
      edgeHost: null,
      opsHost: "127.0.0.1",
      opsNames: [],
      dispatcherAddress: "127.0.0.1:0",
      dispatcherAddresses: ["127.0.0.1:0"],
      mongodbUri: process.env["HOOKGATE_TEST_MONGODB_URI"] ?? null,
    };
    const dispatcher = await startDispatcher({
      env,
      config: configOf(part),
      security: { tokens: null, tls: null },
      log: createLog({ name: "test", level: "silent" }),
      metrics: createMetrics(),
      tracing,
      environment: { NODE_COMPILE_CACHE: COMPILED },
    });
    return new RunningDispatcher(dispatcher);
  }

  /** Sends all events in one message and returns the answers in the same order. */
  capture(...events: readonly CapturedEvent[]): Promise<CaptureResultMessage[]> {
    return new Promise((resolve, reject) => {
      const answers = new Map<number, CaptureResultMessage>();
      const call = this.client.capture();
      call.receive({
        message({ window, results }) {
          if (window) {
            const captures = events.map((event, number) => captureToMessage(number, event));
            call.send({ captures });
          }
          for (const result of results) answers.set(result.number, result);
          if (answers.size < events.length) return;
          call.end();
          resolve(events.map((_, number) => answers.get(number) as CaptureResultMessage));
        },
        end() {},
        error: reject,
      });
    });
  }

  /** An event as an operator sees it. */
  eventOf(id: string) {
    return this.client.admin.getEvent({ id });
  }

  /** Waits until all deliveries of an event are in this state, and returns them. */
  async waitForState(id: string, state: Uppercase<DeliveryState>, timeoutMs = 10_000) {
    const reached = async () => {
      const { deliveries } = await this.eventOf(id);
      const wanted = `DELIVERY_STATE_${state}`;
      return deliveries.length > 0 && deliveries.every((one) => one.state === wanted);
    };
    await waitFor(reached, { timeoutMs, what: `${id} to be ${state}` });
    return (await this.eventOf(id)).deliveries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.dispatcher.stop();
  }
}
