import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { subscribe } from "@hookgate/client";
import { type Config, type Env, loadConfig, readEnv, readLocalToken } from "@hookgate/config";
import { compileSource } from "@hookgate/receive";
import { connectRpc, deliveryFromMessage, type RpcClient } from "@hookgate/rpc";
import type { OutgoingRequest } from "@hookgate/signature";
import { createLog, standardStream } from "@hookgate/telemetry";
import type { SentEvent, StartCall } from "@hookgate/testing/gateway";
import type { Delivery, Handler } from "@hookgate/types";
import { startOneProcess } from "../start/one_process.ts";
import { sampleWithMembers } from "../trial/sample_data.ts";
import { signSample } from "../trial/sign_sample.ts";
import { subscriptionName, trialSource, writeTestConfig } from "./test_sources.ts";

/** Between two looks at deliveries, in milliseconds. */
const LOOK_MS = 20;

/** Longest wait for one attempt that was made due, in milliseconds. */
const ATTEMPT_MS_MAX = 30_000;

/** A page of events with waiting deliveries; a test has fewer. */
const PAGE_EVENTS = 1_000;

const ANY = {
  source: "",
  type: "",
  state: "DELIVERY_STATE_UNSPECIFIED",
  unhandled: false,
  pageToken: "",
  subscription: "",
} as const;

/** Samples say in whole seconds when they happened, and some providers' ids are made of that. */
const SAMPLE_STEP_MS = 1_000;

/** The source that there is before any other is needed. */
const FIRST = "generic";

/** Options for {@linkcode TestGateway}. */
export interface TestGatewayOptions extends StartCall {
  /** Its folder, which is deleted when it closes. */
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** What the function of the test for this pattern does. */
  run: (pattern: string) => Handler;
}

/** Edge and dispatcher for a test, and what a test does with them. */
export class TestGateway {
  readonly #options: TestGatewayOptions;
  readonly #env: Env;
  readonly #gateway: Awaited<ReturnType<typeof startOneProcess>>;
  readonly #client: RpcClient;
  readonly #url: string;
  #sources: Readonly<Record<string, object>>;
  #config: Config;
  #sampledAt = 0;
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    options: TestGatewayOptions;
    env: Env;
    config: Config;
    gateway: Awaited<ReturnType<typeof startOneProcess>>;
    url: string;
  }) {
    const { options, env, config, gateway, url } = parts;
    this.#options = options;
    this.#env = env;
    this.#config = config;
    this.#gateway = gateway;
    this.#url = url;
    this.#sources = options.sources;
    const token = readLocalToken(env.dataDir);
    this.#client = connectRpc({ address: gateway.rpcAddress, security: { token, tls: null } });
  }

  static async start(asked: TestGatewayOptions): Promise<TestGateway> {
    // A configuration has at least one source.
    const first = asked.config === null ? { [FIRST]: trialSource(FIRST, dataDirOf(asked)) } : {};
    const options = { ...asked, sources: { ...first, ...asked.sources } };
    const env = await readTestEnv(options);
    const config = await loadConfig({ env });
    const log = createLog({ name: "dispatcher", ...env.log });
    const output = { out: standardStream(1), err: standardStream(2) };
    const gateway = await startOneProcess({ env, config, environment: process.env, output, log });
    const url = await gateway.ready;
    const started = new TestGateway({ options, env, config, gateway, url });
    await started.#subscribe();
    return started;
  }

  get url(): string {
    return this.#url;
  }

  /** One after the other, so that what came last is what was sent. */
  send(source: string, type: string, data: unknown): Promise<SentEvent> {
    const sent = this.#sending.then(() => this.#send(source, type, data));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  async #send(source: string, type: string, data: unknown): Promise<SentEvent> {
    const request = await this.#sign(source, { type, data });
    const before = await this.#newest(source);
    const { method, headers } = request;
    const body = new Uint8Array(request.body);
    const response = await fetch(request.url, { method, headers, body });
    const answer = await response.text();
    if (!response.ok) {
      throw new Error(`Cannot send ${type}: the edge answered ${response.status} ${answer}`);
    }
    // Some providers want a 200 of their own, which names no event.
    const { eventId, duplicate } = readAnswer(answer);
    const id = eventId ?? (await this.#newest(source)) ?? "";
    return { id, duplicate: duplicate ?? id === before };
  }

  async #newest(source: string): Promise<string | undefined> {
    const { events } = await this.#client.admin.listEvents({ ...ANY, source, pageSize: 1 });
    return events[0]?.event?.id;
  }

  async deliveries(eventId: string): Promise<Delivery[]> {
    const { deliveries } = await this.#client.admin.getEvent({ id: eventId });
    return deliveries.map(deliveryFromMessage);
  }

  /** Resolves once all are delivered. @throws {Error} if that will not be, or takes too long. */
  async delivered(eventId: string, timeoutMs: number): Promise<Delivery[]> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const deliveries = await this.deliveries(eventId);
      if (deliveries.length === 0) {
        throw new Error(`Cannot wait for ${eventId}: no subscription wanted it`);
      }
      if (deliveries.every(({ state }) => state === "delivered")) return deliveries;
      const over = deliveries.find(({ state }) => state === "dead" || state === "cancelled");
      if (over !== undefined) throw new Error(`${eventId} is not delivered: ${describe(over)}`);
      if (performance.now() > until) {
        const late = deliveries.filter(({ state }) => state !== "delivered").map(describe);
        throw new Error(
          `${eventId} is not delivered within ${timeoutMs} ms: ${late.join("; ")}; clock.advance() makes retries due`,
        );
      }
      await delay(LOOK_MS);
    }
  }

  /** Makes what is due within this time, and what follows from it, happen now. */
  async advance(ms: number): Promise<void> {
    const left = new Map<string, number>();
    for (;;) {
      const due = (await this.#waiting()).filter((delivery) => {
        return untilDue(delivery) <= (left.get(delivery.id) ?? ms);
      });
      if (due.length === 0) return;
      await Promise.all(
        due.map(async (delivery) => {
          left.set(delivery.id, (left.get(delivery.id) ?? ms) - untilDue(delivery));
          await this.#attempt(delivery);
        }),
      );
    }
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#gateway.stop();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  /** Functions of the test receive as services do. */
  async #subscribe(): Promise<void> {
    const patterns = Object.entries(this.#options.handlers);
    await Promise.all(
      patterns.map(async ([pattern, handler]) => {
        if (handler !== null) return;
        const token = readLocalToken(this.#env.dataDir) ?? "";
        const handle = this.#options.run(pattern);
        const { opened, closed } = subscribe(
          { address: this.#gateway.rpcAddress, token, name: subscriptionName(pattern) },
          (event, context) => handle(event as never, context as never),
        );
        // It ends with the gateway.
        closed.catch(() => {});
        await opened;
      }),
    );
  }

  async #sign(name: string, wanted: { type: string; data: unknown }): Promise<OutgoingRequest> {
    const { type, data } = wanted;
    const configured = this.#config.sources.find((one) => one.name === name);
    if (configured === undefined) {
      await this.#addSource(name);
      return this.#sign(name, wanted);
    }
    const source = compileSource(configured);
    if (source === null) throw new Error(`Cannot sign: no provider is "${configured.provider}"`);
    const now = Date.now();
    this.#sampledAt = Math.max(now, this.#sampledAt + SAMPLE_STEP_MS);
    const sample = source.provider.sample(type, new Date(this.#sampledAt));
    const event = data === undefined ? sample : sampleWithMembers(sample, data);
    const endpoint = new URL(`${this.#url}/${name}`);
    return signSample(event, { source, endpoint, dataDir: this.#env.dataDir, now });
  }

  async #addSource(name: string): Promise<void> {
    const { config, folder, handlers } = this.#options;
    if (config !== null) throw new Error(`Cannot send: no source is "${name}" in ${config}`);
    this.#sources = { ...this.#sources, [name]: trialSource(name, this.#env.dataDir) };
    await writeTestConfig({ folder, handlers, sources: this.#sources });
    this.#config = await loadConfig({ env: this.#env });
    await this.#gateway.reload(this.#config);
  }

  async #waiting(): Promise<Delivery[]> {
    const { events } = await this.#client.admin.listEvents({
      ...ANY,
      state: "DELIVERY_STATE_WAITING",
      pageSize: PAGE_EVENTS,
    });
    const all = events.flatMap(({ deliveries }) => deliveries.map(deliveryFromMessage));
    return all.filter(({ state, nextAttemptAt }) => state === "waiting" && nextAttemptAt !== null);
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { id, eventId, attempt } = delivery;
    await this.#client.admin.retryDelivery({ id, reason: "the test's clock" });
    const until = performance.now() + ATTEMPT_MS_MAX;
    while (performance.now() < until) {
      const now = (await this.deliveries(eventId)).find((one) => one.id === id);
      if (now === undefined || (now.attempt > attempt && now.state !== "running")) return;
      await delay(LOOK_MS);
    }
    throw new Error(`Cannot advance the clock: ${describe(delivery)} does not end`);
  }
}

function dataDirOf({ folder }: TestGatewayOptions): string {
  return join(folder, "data");
}

async function readTestEnv(options: TestGatewayOptions): Promise<Env> {
  const { folder, config, environment, logLevel } = options;
  const read = environment;
  const configPath = config ?? (await writeTestConfig({ ...options, folder }));
  const names = Object.keys(read).filter((name) => !name.startsWith("RPC_"));
  return readEnv({
    ...Object.fromEntries(names.map((name) => [name, read[name]])),
    EDGE_HOST: "127.0.0.1",
    EDGE_PORT: "0",
    EDGE_OPS_PORT: "0",
    EDGE_WORKERS: "1",
    DISPATCHER_ADDRESS: "127.0.0.1:0",
    DISPATCHER_OPS_PORT: "0",
    MONGODB_URI: "",
    DATA_DIR: dataDirOf(options),
    HOOKGATE_CONFIG: configPath,
    LOG_LEVEL: logLevel,
  });
}

/** What Hookgate's own answer says. */
function readAnswer(answer: string): { eventId?: string; duplicate?: boolean } {
  try {
    const { eventId, duplicate = false } = JSON.parse(answer);
    return typeof eventId === "string" ? { eventId, duplicate } : {};
  } catch {
    return {};
  }
}

function untilDue({ nextAttemptAt }: Delivery): number {
  return Math.max(0, (nextAttemptAt ?? 0) - Date.now());
}

function describe({ id, subscription, state, reason, attempts }: Delivery): string {
  const last = attempts.at(-1);
  const tried = last === undefined ? "" : `, attempt ${last.number} ${last.outcome}: ${last.error}`;
  return `${id} for ${subscription} is ${state}${reason === "" ? "" : ` (${reason})`}${tried}`;
}
