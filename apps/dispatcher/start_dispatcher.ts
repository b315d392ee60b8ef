import { randomUUID } from "node:crypto";
import { dirname, relative } from "node:path";
import { type Config, type Env, sourceProvider } from "@hookgate/config";
import { diagnose } from "@hookgate/providers";
import { type RpcServer, type ServerSecurity, startRpcServer } from "@hookgate/rpc";
import type { Log, Metrics } from "@hookgate/telemetry";
import type { Pause, ReceivedEvent, Target } from "@hookgate/types";
import { createAdmin } from "./admin/create_admin.ts";
import { logMetrics, METRICS_EVERY_MS } from "./admin/log_metrics.ts";
import { measureHandshakes } from "./admin/measure_handshakes.ts";
import { PRUNE_EVENTS_EVERY_MS, pruneEvents } from "./admin/prune_events.ts";
import { PRUNE_EVERY_MS, pruneQuarantine } from "./admin/prune_quarantine.ts";
import { subscriptionGauges } from "./admin/subscription_gauges.ts";
import { WATCH_BACKLOGS_EVERY_MS, watchBacklogs } from "./admin/watch_backlogs.ts";
import { WATCH_EVERY_MS, watchHandshakes } from "./admin/watch_handshakes.ts";
import { countBreakers } from "./delivery/count_breakers.ts";
import { DeliveryLoop } from "./delivery/delivery_loop.ts";
import { EndpointTarget } from "./delivery/endpoint_target.ts";
import { FollowedSubscriptions } from "./delivery/followed_subscriptions.ts";
import { handedHeaders } from "./delivery/handed_headers.ts";
import { HandlerTarget } from "./delivery/handler_target.ts";
import { StreamTarget } from "./delivery/stream_target.ts";
import { subscribeHandlers } from "./delivery/subscribe.ts";
import type { Diagnose } from "./ingest/diagnoses.ts";
import { Ingest } from "./ingest/ingest.ts";
import { Reports } from "./ingest/reports.ts";
import { createBackfill } from "./replay/create_backfill.ts";
import { ReplayRunner } from "./replay/replay_runner.ts";
import { memoryBackend } from "./schedule/memory_backend.ts";
import { mongoBackend } from "./schedule/mongo_backend.ts";
import { Scheduler, type SchedulerOptions } from "./schedule/scheduler.ts";
import { createDiskReserve } from "./store/disk_reserve.ts";
import type { EventStore, StoredSubscription, SubscriptionSet } from "./store/event_store.ts";
import { openMongoStore } from "./store/mongodb_store.ts";
import { openSqliteStore } from "./store/sqlite_store.ts";

/** Between two look-outs: heartbeat, disk, changed subscriptions, overdue deliveries. */
const TICK_MS = 1_000;

/**
 * Between two looks for what other dispatchers have stored for subscribers that are connected here: one for all of them, and
 * only where the store is shared.
 */
const STREAMS_LOOK_MS = 250;

/** A dispatcher whose heartbeat is older than this is dead: others take over what it ran. */
const HEARTBEAT_STALE_MS = 8_000;

/** Between two looks for dead dispatchers. */
const TAKE_OVER_EVERY_MS = 2_000;

/** Without a successful look-out for this long the dispatcher is not ready. */
const TICK_STALE_MS_MAX = 5_000;

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
  const headersOf = (event: ReceivedEvent) => handedHeaders(event, sources());
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
    subscriptions.take(paused.set);
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
  const takeSubscriptions = (set: SubscriptionSet) => subscriptions.take(set);
  const matched = {
    loop,
    matching: () => subscriptions.matching,
    refreshMatching: () => subscriptions.follow(),
  };
  const ingest = new Ingest({ ...matched, store, log });
  const reports = new Reports({ store, sources, diagnose: options.diagnose ?? diagnoseOwn, log });
  const replays = new ReplayRunner({
    store,
    subscriptions: followed,
    wake: (name) => loop.look(name),
    log,
  });
  const takeOver = async () => {
    const taken = await store.takeOver({ dispatcherId, staleMs: HEARTBEAT_STALE_MS });
    if (taken === 0) return;
    log.warn({ deliveries: taken }, "took over from a dead dispatcher");
    loop.wake();
  };
  const scheduler = new Scheduler({
    backend,
    wake: () => void loop.tick(),
    recurring: [
      { name: "take over", everyMs: TAKE_OVER_EVERY_MS, work: takeOver },
      { name: "metrics", everyMs: METRICS_EVERY_MS, work: () => logMetrics(store, { log }) },
      {
        name: "prune quarantine",
        everyMs: PRUNE_EVERY_MS,
        work: () => pruneQuarantine(store, { quarantineMs: current.retention.quarantineMs, log }),
      },
      {
        name: "prune events",
        everyMs: PRUNE_EVENTS_EVERY_MS,
        work: pruneEvents({ store, retention: () => current.retention, log }),
      },
      {
        name: "watch backlogs",
        everyMs: WATCH_BACKLOGS_EVERY_MS,
        work: watchBacklogs({
          store,
          take: takeSubscriptions,
          ...subscriptionGauges({ metrics, subscriptions: followed }),
          log,
        }),
      },
      {
        name: "watch handshakes",
        everyMs: WATCH_EVERY_MS,
        work: watchHandshakes({ store, sources, log }),
      },
    ],
    log,
  });

  let tickedAt = performance.now();
  let hasRoom = true;
  const tick = async () => {
    try {
      await store.heartbeat(dispatcherId);
      hasRoom = await diskHasRoom();
      ingest.diskHasRoom = hasRoom;
      reports.diskHasRoom = hasRoom;
      await subscriptions.follow();
      await loop.tick();
      tickedAt = performance.now();
    } catch (error) {
      log.error({ err: error }, "look-out failed");
    }
  };
  const ready = () => {
    const problems: string[] = [];
    if (performance.now() - tickedAt > TICK_STALE_MS_MAX)
      problems.push("the store does not answer");
    if (!hasRoom) problems.push("the disk is below its reserve");
    return { ready: problems.length === 0, problems };
  };

  await store.heartbeat(dispatcherId);
  await subscriptions.publish(config.subscriptions);
  await scheduler.start(await store.dueSeconds({ limit: DUE_SECONDS_MAX }));
  await tick();
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
      follow: takeSubscriptions,
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
      takeSubscriptions,
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
  const ticking = every(TICK_MS, async () => {
    await tick();
    rpc.setServing(ready().ready);
  });
  const looking = store.shared
    ? [every(STREAMS_LOOK_MS, async () => loop.lookForKind("stream"))]
    : [];

  return {
    address: rpc.address,
    ready,
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
  const reserve = createDiskReserve({ path: env.dataDir });
  return { store, backend: memoryBackend(), diskHasRoom: () => reserve.check() };
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

/** Recipes of one's own are known to the configuration only. */
const diagnoseOwn: Diagnose = (request, options) =>
  diagnose(request, { ...options, providerOf: sourceProvider });

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
