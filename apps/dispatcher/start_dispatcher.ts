import { randomUUID } from "node:crypto";
import { dirname, relative } from "node:path";
import type { Config, Env } from "@hookgate/config";
import { diagnose } from "@hookgate/providers";
import { type RpcServer, type ServerSecurity, startRpcServer } from "@hookgate/rpc";
import type { Log, Metrics } from "@hookgate/telemetry";
import type { Pause, ReceivedEvent, Target } from "@hookgate/types";
import { createAdmin } from "./admin/create_admin.ts";
import { measureHandshakes } from "./admin/measure_handshakes.ts";
import { DeliveryLoop } from "./delivery/delivery_loop.ts";
import { leavingHeaders } from "./headers/leaving_headers.ts";
import type { Diagnose } from "./ingest/diagnoses.ts";
import { Ingest } from "./ingest/ingest.ts";
import { Reports } from "./ingest/reports.ts";
import { LookOut } from "./look_out.ts";
import { recurringWork } from "./recurring_work.ts";
import { createBackfill } from "./replay/create_backfill.ts";
import { ReplayRunner } from "./replay/replay_runner.ts";
import { memoryBackend } from "./schedule/memory_backend.ts";
import { mongoBackend } from "./schedule/mongo_backend.ts";
import { Scheduler, type SchedulerOptions } from "./schedule/scheduler.ts";
import type { EventStore } from "./store/contract/event_store.ts";
import type { StoredSubscription, SubscriptionSet } from "./store/contract/subscriptions.ts";
import { openMongoStore } from "./store/mongodb/mongodb_store.ts";
import { openSqliteStore } from "./store/sqlite/sqlite_store.ts";
import { FollowedSubscriptions } from "./subscriptions/followed_subscriptions.ts";
import { countBreakers } from "./targets/endpoint/count_breakers.ts";
import { EndpointTarget } from "./targets/endpoint/endpoint_target.ts";
import { HandlerTarget } from "./targets/handler/handler_target.ts";
import { StreamTarget } from "./targets/stream/stream_target.ts";
import { subscribeHandlers } from "./targets/stream/subscribe.ts";

/** Between two look-outs, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/**
 * Between two looks for what other dispatchers have stored for subscribers that are connected here: one for all of them, and
 * only where the store is shared.
 */
const STREAMS_LOOK_MS = 250;

/** Running attempts may take this long when the dispatcher stops, then they are interrupted. */
const STOP_GRACE_MS = 3_000;

/** Seconds in which alarms are set at the start; later ones are found by the look-out. */
const DUE_SECONDS_MAX = 1_000;

/** Options for {@linkcode startDispatcher}. */
export interface StartDispatcherOptions {
  env: Env;
  config: Config;
  /** Who may call. */
  security: ServerSecurity;
  log: Log;
  metrics: Metrics;
  /** Says what is wrong with a refused request. @default {diagnose} */
  diagnose?: Diagnose;
  /** @default {Math.random} */
  random?: () => number;
}

/** A dispatcher that runs. */
export interface Dispatcher {
  /** Where it listens, with its real port. */
  address: string;
  /** Whether events can be stored now, and if not, why. */
  ready(): { ready: boolean; problems: string[] };
  /** Takes over a changed configuration; what is running goes on. */
  reload(config: Config): Promise<void>;
  /** Refuses new events, ends what runs within {@linkcode STOP_GRACE_MS}, closes the store. */
  stop(): Promise<void>;
}

/** Opens the store, takes over what was left running, and serves. */
export async function startDispatcher(options: StartDispatcherOptions): Promise<Dispatcher> {
  const { env, config, security, log, metrics, random = Math.random } = options;
  const dispatcherId = randomUUID();
  const { store, backend, diskHasRoom } = await openStore({ env, dispatcherId, log });

  let current = config;
  const sources = () => current.sources;
  measureHandshakes(metrics, { store, sources, log });
  const headersOf = (event: ReceivedEvent) => leavingHeaders(event, sources());
  const wake = (name: string) => loop.look(name);
  const endpoint = new EndpointTarget({
    allowsPrivate: (host) => current.privateHosts.includes(host),
    onBreaker: countBreakers(metrics),
    headersOf,
    wake,
    log,
  });
  const targets = {
    handler: new HandlerTarget({ hosts: config.handlerHosts, headersOf, log }),
    endpoint,
    stream: new StreamTarget({ headersOf, wake, log }),
  };
  const pause = async (name: string, why: Omit<Pause, "at">) => {
    const paused = await store.pauseSubscription(name, why);
    if (paused.outcome === "missing") return;
    subscriptions.adopt(paused.set);
    if (paused.outcome === "paused")
      log.error({ subscription: name, ...why }, "subscription paused");
  };
  const wakeAt = (time: number) => scheduler.wakeAt(time);
  const loop = new DeliveryLoop({ store, targets, dispatcherId, log, random, wakeAt, pause });
  const subscriptions = new FollowedSubscriptions({
    store,
    serve(served) {
      endpoint.serve(served.map(({ name }) => name));
      loop.serve(served);
    },
    storedTarget: (target) => storedTarget(target, { dir: dirname(env.configPath) }),
  });
  const followed = () => subscriptions.subscriptions;
  const adoptSubscriptions = (set: SubscriptionSet) => subscriptions.adopt(set);
  const matched = {
    entrance: loop,
    matching: () => subscriptions.matching,
    refreshMatching: () => subscriptions.follow(),
  };
  const ingest = new Ingest({ ...matched, store, log });
  const reports = new Reports({ store, sources, diagnose: options.diagnose ?? diagnose, log });
  const replays = new ReplayRunner({ store, subscriptions: followed, wake, log });
  const scheduler = new Scheduler({
    backend,
    wake: () => void loop.tick(),
    recurring: recurringWork({
      store,
      dispatcherId,
      config: () => current,
      loop,
      subscriptions,
      metrics,
      log,
    }),
    log,
  });
  const lookOut = new LookOut({
    store,
    dispatcherId,
    diskHasRoom,
    diskUsers: [ingest, reports],
    subscriptions,
    loop,
    log,
  });

  await store.heartbeat(dispatcherId);
  await subscriptions.publish(config.subscriptions);
  await scheduler.start(await store.dueSeconds({ limit: DUE_SECONDS_MAX }));
  await lookOut.look();
  const rpc = await startRpcServer({
    address: env.dispatcherAddress,
    security,
    ingest: {
      capture: (call) => ingest.capture(call),
      report: (request) => reports.report(request),
    },
    subscription: subscribeHandlers({
      store,
      target: targets.stream,
      follow: adoptSubscriptions,
      async backfill({ subscription, from }) {
        await createBackfill(subscription, { store, reason: "it begins in the past", from });
        replays.look();
      },
      log,
    }),
    admin: createAdmin({
      ...matched,
      store,
      sources,
      subscriptions: followed,
      adoptSubscriptions,
      lookForReplays: () => replays.look(),
      statusOf: (name) => ({
        running: loop.runningOf(name),
        breaker: isEndpoint(followed(), name) ? endpoint.breakerState(name) : null,
        streams: targets.stream.streams(name),
      }),
      wake: (name) => loop.expectBacklog(name),
      log,
    }),
    log,
  });
  replays.start();
  rpc.setServing(true);
  const ticking = every(LOOK_EVERY_MS, async () => {
    await lookOut.look();
    rpc.setServing(lookOut.ready().ready);
  });
  const looking = store.shared
    ? [every(STREAMS_LOOK_MS, async () => loop.lookEverywhere("stream"))]
    : [];

  return {
    address: rpc.address,
    ready: () => lookOut.ready(),
    async reload(changed) {
      await subscriptions.publish(changed.subscriptions);
      current = changed;
      targets.handler.renew();
    },
    stop: () =>
      stop({ rpc, ingest, replays, scheduler, loop, every: [ticking, ...looking], store }),
  };
}

/** The store that the environment asks for, with the backend and the disk check that go with it. */
async function openStore({ env, dispatcherId, log }: OpenStoreOptions): Promise<{
  store: EventStore;
  backend: SchedulerOptions["backend"];
  diskHasRoom: () => Promise<boolean>;
}> {
  if (env.mongodbUri) {
    const store = await openMongoStore({ uri: env.mongodbUri, dispatcherId, log });
    return { store, backend: await mongoBackend(store.db), diskHasRoom: async () => true };
  }
  const store = await openSqliteStore({ dataDir: env.dataDir, dispatcherId, log });
  return { store, backend: memoryBackend(), diskHasRoom: () => store.diskHasRoom() };
}

/** A target as the store has it: the same whatever folder the configuration is in, and without secrets. */
function storedTarget(target: Target, { dir }: { dir: string }): Target {
  if (target.kind === "handler") return { ...target, path: relative(dir, target.path) };
  return target.kind === "endpoint" ? { ...target, secrets: [] } : target;
}

function isEndpoint(set: readonly StoredSubscription[], name: string): boolean {
  const found = set.find(({ definition }) => definition.name === name);
  return found?.definition.target.kind === "endpoint";
}

interface OpenStoreOptions {
  env: Env;
  dispatcherId: string;
  log: Log;
}

interface Parts {
  rpc: RpcServer;
  ingest: Ingest;
  replays: ReplayRunner;
  scheduler: Scheduler;
  loop: DeliveryLoop;
  every: readonly { stop(): void }[];
  store: EventStore;
}

async function stop(parts: Parts): Promise<void> {
  const { rpc, ingest, replays, scheduler, loop, store } = parts;
  rpc.setServing(false);
  await ingest.stop();
  await replays.stop();
  await scheduler.stop();
  await loop.stop({ graceMs: STOP_GRACE_MS });
  for (const one of parts.every) one.stop();
  await rpc.close({ graceMs: 500 });
  await store.close();
}

/** Runs `work` again and again, each time `delayMs` after the last one ended. */
function every(delayMs: number, work: () => Promise<void>): { stop(): void } {
  let timer = setTimeout(run, delayMs);
  let stopped = false;
  async function run() {
    await work();
    if (!stopped) timer = setTimeout(run, delayMs);
  }
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
