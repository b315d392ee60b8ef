import { dirname } from "node:path";
import type { Config } from "@hookgate/config";
import type { Log, Metrics } from "@hookgate/telemetry";
import type { Pause, ReceivedEvent } from "@hookgate/types";
import type { ChangeLog } from "./changes/change_log.ts";
import { noteBreakers } from "./changes/note_subscriptions.ts";
import { DeliveryLoop } from "./delivery/delivery_loop.ts";
import { leavingHeaders } from "./headers/leaving_headers.ts";
import type { Protection } from "./protect/protection.ts";
import type { DispatcherMetrics } from "./recurring/dispatcher_metrics.ts";
import { ReplayRunner } from "./replay/replay_runner.ts";
import type { EventStore } from "./store/contract/event_store.ts";
import { Activity } from "./subscriptions/activity.ts";
import type { ReadFieldsElsewhere } from "./subscriptions/body_fields.ts";
import { FollowedSubscriptions, storedTarget } from "./subscriptions/followed_subscriptions.ts";
import { EndpointTarget } from "./targets/endpoint/endpoint_target.ts";
import { countBreakers } from "./targets/endpoint/gates.ts";
import { handlerEnvironment } from "./targets/handler/handler_environment.ts";
import { HandlerTarget } from "./targets/handler/handler_target.ts";
import type { HandlerOutput } from "./targets/handler/host_process.ts";
import { StreamTarget } from "./targets/stream/stream_target.ts";
import type { EventTraces } from "./traces/event_traces.ts";

/** Between two looks for deliveries that other dispatchers have stored for streams that are connected here, in milliseconds. */
const STREAMS_LOOK_MS = 250;

/**
 * Handler hosts start this long after the rest, in milliseconds, or with the first attempt: an edge that starts or reconnects at
 * the same time is answered first.
 */
const HOSTS_AFTER_MS = 200;

/** Files for other things than connections: the store, handler hosts, modules that are loaded late. */
const OTHER_FILES_MAX = 40;

/** Share of the rest for exchanges with endpoints; edges, subscribers and operators connect, too. */
const ENDPOINTS_SHARE = 0.5;

/** Options for {@linkcode createDeliveries}. */
export interface DeliveriesOptions {
  store: EventStore;
  dispatcherId: string;
  config: () => Config;
  /** Files that stored subscriptions name are found from where it stands. */
  configPath: string;
  /** The environment of which handlers get a part. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Takes what handlers print; null drops it. */
  output: HandlerOutput | null;
  /** How many files the process may have open, connections included. */
  openFilesMax: number;
  protection: Protection;
  readElsewhere: ReadFieldsElsewhere;
  changes: ChangeLog;
  counted: DispatcherMetrics;
  metrics: Metrics;
  traces: EventTraces | null;
  /** Sets an alarm for a delivery that is due later, in milliseconds since 1970. */
  wakeAt(time: number): void;
  log: Log;
  random: () => number;
}

/** What delivers. */
export interface Deliveries {
  targets: { handler: HandlerTarget; endpoint: EndpointTarget; stream: StreamTarget };
  loop: DeliveryLoop;
  subscriptions: FollowedSubscriptions;
  activity: Activity;
  replays: ReplayRunner;
  /** Starts what nobody waits for. */
  start(): void;
  /** Gives handlers what the configuration says now. */
  renew(): void;
  /** Resolves when no attempt runs; after `graceMs` they are interrupted. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Connects the subscriptions, the loop that delivers to them, their targets, and replays. */
export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { store, dispatcherId, config, protection, readElsewhere, changes, counted, log } = options;
  const wake = (name: string) => loop.look(name);
  const headersOf = (event: ReceivedEvent) => leavingHeaders(event, config().sources);
  const hosts = () => {
    const { handlerHosts, handlerEnv: names } = config();
    return { ...handlerHosts, env: handlerEnvironment(options.environment, { names }) };
  };
  const targets = {
    handler: new HandlerTarget({
      hosts: hosts(),
      headersOf,
      output: options.output,
      imported: (path, sha256) => void changes.noteFile(path, sha256),
      log,
    }),
    endpoint: new EndpointTarget({
      allowsPrivate: (host) => config().privateHosts.includes(host),
      onBreaker: noteBreakers(changes, countBreakers(options.metrics)),
      headersOf,
      wake,
      places: { filesMax: (options.openFilesMax - OTHER_FILES_MAX) * ENDPOINTS_SHARE },
      log,
    }),
    stream: new StreamTarget({ headersOf, wake, log }),
  };
  const loop = new DeliveryLoop({
    open: protection.open,
    onAttempt: (outcome, kind) => counted.attempted(outcome, kind),
    store,
    targets,
    dispatcherId,
    traces: options.traces,
    log,
    random: options.random,
    wakeAt: options.wakeAt,
    async pause(name: string, why: Omit<Pause, "at">) {
      const paused = await store.pauseSubscription(name, why);
      if (paused.outcome === "missing") return;
      subscriptions.adopt(paused.set);
      if (paused.outcome === "already_paused") return;
      log.error({ subscription: name, ...why }, "subscription paused until it is resumed");
    },
  });
  const subscriptions = new FollowedSubscriptions({
    store,
    readElsewhere,
    storedTarget: (target) => storedTarget(target, { dir: dirname(options.configPath) }),
    drop: (names) => targets.stream.end(names),
    serve(served) {
      targets.endpoint.serve(served.map(({ name }) => name));
      targets.stream.serve(served);
      loop.serve(served);
    },
  });
  const followed = () => subscriptions.subscriptions;
  const activity = new Activity({
    store,
    dispatcherId,
    subscriptions: followed,
    activityOf: ({ name, target }) => ({
      running: loop.runningOf(name),
      streams: targets.stream.streams(name),
      breaker: target.kind === "endpoint" ? targets.endpoint.breakerState(name) : null,
      heldUntil: targets.endpoint.heldUntil(name),
    }),
  });
  const replays = new ReplayRunner({
    store: { ...store, getEvent: (id) => protection.readOpened(id, store) },
    hideOrderKey: protection.hideOrderKey,
    subscriptions: followed,
    readElsewhere,
    wake,
    log,
  });
  let startingHosts: NodeJS.Timeout | undefined;
  let lookingForStreams: NodeJS.Timeout | undefined;
  return {
    targets,
    loop,
    subscriptions,
    activity,
    replays,
    start() {
      startingHosts = setTimeout(() => targets.handler.start(), HOSTS_AFTER_MS);
      if (!store.shared) return;
      lookingForStreams = setInterval(() => loop.lookEverywhere("stream"), STREAMS_LOOK_MS);
    },
    renew: () => targets.handler.renew(hosts()),
    async stop({ graceMs }) {
      await loop.stop({ graceMs });
      clearInterval(lookingForStreams);
      clearTimeout(startingHosts);
    },
  };
}
