import { randomUUID } from "node:crypto";
import { deadline } from "@hookgate/async";
import { type Config, type Env, readDataKey } from "@hookgate/config";
import { type IngestHandlers, rpcReach, type ServerSecurity, startRpcServer } from "@hookgate/rpc";
import type { Log, Metrics, Readiness, Tracing } from "@hookgate/telemetry";
import { createAdmin } from "./admin/create_admin.ts";
import { ChangeLog } from "./changes/change_log.ts";
import {
  noteEnrolments,
  noteSecretStates,
  noteSecretValues,
  secretStates,
} from "./changes/note_secrets.ts";
import { noteSubscriptions } from "./changes/note_subscriptions.ts";
import { createDeliveries } from "./create_deliveries.ts";
import { DiagnosisThread } from "./ingest/diagnosis_thread.ts";
import { Ingest } from "./ingest/ingest.ts";
import { knownSources } from "./ingest/known_sources.ts";
import { LargeBodies } from "./ingest/large_bodies.ts";
import { Reports } from "./ingest/reports.ts";
import { LookOut } from "./look_out.ts";
import { createNotifier } from "./notify/create_notifier.ts";
import { openStore } from "./open_store.ts";
import { SHARED_KEY_MS } from "./protect/data_key_ring.ts";
import { protectedStore } from "./protect/protected_store.ts";
import { Protection } from "./protect/protection.ts";
import { activityGauges, DispatcherMetrics } from "./recurring/dispatcher_metrics.ts";
import { measureHandshakes } from "./recurring/handshakes.ts";
import { Heartbeats } from "./recurring/heartbeats.ts";
import { recurringWork } from "./recurring/recurring_work.ts";
import { storeGauges } from "./recurring/store_gauges.ts";
import { subscriptionGauges } from "./recurring/subscription_gauges.ts";
import { createBackfill } from "./replay/create_backfill.ts";
import type { Scheduler } from "./schedule/scheduler.ts";
import { PassedTime } from "./sources/passed_time.ts";
import { SourceWatch } from "./sources/source_watch.ts";
import { Trials } from "./sources/trials.ts";
import type { SubscriptionSet } from "./store/contract/subscriptions.ts";
import type { HandlerOutput } from "./targets/handler/host_process.ts";
import { subscribeHandlers } from "./targets/stream/subscribe.ts";
import { EventTraces } from "./traces/event_traces.ts";

/** How long running attempts may take when the dispatcher stops, in milliseconds; then they are interrupted. */
const STOP_GRACE_MS = 3_000;

/** How long any other part may take to stop, in milliseconds. */
const STOP_PART_MS_MAX = 1_000;

/** Alarms set at the start; the look-out finds deliveries that are due later. */
const DUE_SECONDS_MAX = 1_000;

/** Options for {@linkcode startDispatcher}. */
export interface StartDispatcherOptions {
  env: Env;
  config: Config;
  /** Who may call. */
  security: ServerSecurity;
  /** The environment of which handlers get a part. @default {{}} */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Takes what handlers print. @default {null} it is dropped */
  output?: HandlerOutput | null;
  /** How many files the process may have open, connections included. @default {Infinity} */
  openFilesMax?: number;
  log: Log;
  metrics: Metrics;
  /** Writes spans; it is the caller's to close. @default {null} nothing is traced */
  tracing?: Tracing | null;
  /** @default {Math.random} */
  random?: () => number;
}

/** A running dispatcher. */
export interface Dispatcher {
  /** Where it listens, with its real port. */
  address: string;
  /** What it does for an edge in the same process. */
  ingest: IngestHandlers;
  /** Whether events can be stored now, and if not, why. */
  ready(): Readiness;
  /** Applies a changed configuration, tokens and certificates. Running attempts are not affected. */
  reload(config: Config, security?: ServerSecurity): Promise<void>;
  /** Refuses new events, waits {@linkcode STOP_GRACE_MS} for what runs, closes the store. */
  stop(): Promise<void>;
}

/** Opens the store, returns what was left running to the queue, and serves. */
export async function startDispatcher(options: StartDispatcherOptions): Promise<Dispatcher> {
  const {
    env,
    security,
    environment = {},
    output = null,
    openFilesMax = Infinity,
    log,
    metrics,
    tracing = null,
    random = Math.random,
  } = options;
  const dispatcherId = randomUUID();
  const opening = openStore({ env, dispatcherId, log });
  const { store: opened, makeBackend, diskHasRoom, room } = await opening;
  const changes = new ChangeLog({ store: opened, log });
  const largeBodies = new LargeBodies();
  const protection = new Protection({
    store: opened,
    readMasterKey: (wanted) => readDataKey(env, wanted),
    findElsewhere: largeBodies.findPlaces,
  });
  const protecting = protectedStore(opened, protection);
  const store = noteEnrolments(noteSubscriptions(protecting, changes), changes);

  let config = options.config;
  await protection.prepare(config.sources);
  protection.use(config.sources);
  const sources = () => config.sources;
  const traces = tracing && new EventTraces({ tracing, store: store.kind });
  traces?.use(config.sources);
  const counted = new DispatcherMetrics(metrics);
  let scheduler: Scheduler | null = null;
  const deliveries = createDeliveries({
    store,
    dispatcherId,
    config: () => config,
    configPath: env.configPath,
    environment,
    output,
    openFilesMax,
    protection,
    readElsewhere: largeBodies.readFields,
    changes,
    counted,
    metrics,
    traces,
    // One that is wanted earlier is found in the store when the scheduler starts.
    wakeAt: (time) => scheduler?.wakeAt(time),
    log,
    random,
  });
  const { loop, targets, subscriptions, activity, replays } = deliveries;
  const adoptSubscriptions = (set: SubscriptionSet) => subscriptions.adopt(set);
  const followed = () => subscriptions.subscriptions;
  const matched = {
    entrance: loop,
    matching: () => subscriptions.matching,
    refreshMatching: () => subscriptions.follow(),
    protection,
  };

  const onCommit = (captures: number, ms: number) => counted.committed(captures, ms);
  let known = knownSources(config.sources);
  const knows = (source: string) => known.has(source);
  const ingest = new Ingest({ ...matched, store, knows, onCommit, traces, log });
  const diagnosisThread = new DiagnosisThread();
  const protect = protection.protectRefused;
  const trials = new Trials({ store });
  const openTrials = () => trials.current();
  const reports = new Reports({
    ...{ store, sources, protect, trials: openTrials, log },
    diagnose: diagnosisThread.diagnose.bind(diagnosisThread),
    startDiagnosing: () => diagnosisThread.start(),
  });
  const passed = new PassedTime({ store, log });
  await passed.start();
  const sourceWatch = new SourceWatch({ store, passed, sources, log });
  const shared = { store, dispatcherId, subscriptions, activity, loop, log };
  const heartbeats = new Heartbeats({ store });
  const lookOut = new LookOut({
    ...shared,
    store: heartbeats,
    diskHasRoom,
    diskUsers: [ingest, reports],
    captures: ingest,
  });
  const factsOfSources = () => sourceWatch.facts();
  const notify = () => config.notify;
  const notifier = createNotifier({
    store,
    passed,
    config: notify,
    environment: env.consoleEnvironment,
    allowsPrivate: (host) => config.privateHosts.includes(host),
    subscriptions: followed,
    activity,
    sources,
    sourceFacts: factsOfSources,
    diskHasRoom: () => lookOut.diskHasRoom,
    metrics,
    log,
  });
  const recurring = recurringWork({
    ...shared,
    passed,
    heartbeats,
    notifier,
    config: () => config,
  });
  subscriptionGauges(metrics, { subscriptions: followed, activity, log });
  measureHandshakes(metrics, { store, passed, sources, log });
  activityGauges(metrics, { store, subscriptions: followed, activity, log });
  if (room !== null) storeGauges(metrics, room);

  const before = await changes.last(["start", "reload"], "");
  noteSecretStates(changes, { before: before?.value ?? "", sources: sources() });
  const begun = `dispatcher ${dispatcherId.slice(0, 8)} on ${store.kind}`;
  const value = secretStates(sources());
  changes.note({ kind: "start", subject: "", text: begun, value });
  await heartbeats.heartbeat(dispatcherId);
  await subscriptions.publish(config.subscriptions);
  await lookOut.look();
  const ingestHandlers: IngestHandlers = {
    capture: (call) => ingest.capture(call),
    report: (request) => reports.report(request),
  };
  const rpc = await startRpcServer({
    address: env.dispatcherAddress,
    security,
    ingest: ingestHandlers,
    subscription: subscribeHandlers({
      store,
      target: targets.stream,
      idleMs: () => config.retention.subscriptionsMs,
      follow: adoptSubscriptions,
      async backfill({ subscription, from }) {
        const reason = "it begins in the past";
        const { id } = await createBackfill(subscription, { store, reason, from });
        return {
          start: () => replays.look(),
          cancel: async () => void (await store.setReplayState(id, "cancelled")),
        };
      },
      log,
    }),
    admin: createAdmin({
      ...matched,
      store,
      passed,
      sources,
      sourceFacts: factsOfSources,
      notify,
      notifier,
      config: () => config,
      trials,
      rpcReach: () => rpcReach(security, env.dispatcherAddress),
      describeElsewhere: largeBodies.describe,
      readElsewhere: largeBodies.readFields,
      isBusy: () => counted.isBusy,
      ...protection.operators,
      diagnose: (request) => reports.diagnose(request),
      keysKeptMs: store.shared ? SHARED_KEY_MS : 0,
      subscriptions: followed,
      adoptSubscriptions,
      lookForReplays: () => replays.look(),
      activity,
      ready: () => lookOut.ready(),
      wake: (name) => loop.expectBacklog(name),
      tryNow: (name) => targets.endpoint.tryNow(name),
      traces,
      log,
    }),
    log,
  });
  replays.start();
  lookOut.start(rpc);
  // Events are stored from now on. What only deliveries need is loaded after that.
  const { Scheduler: LoadedScheduler } = await import("./schedule/scheduler.ts");
  const backend = await makeBackend();
  scheduler = new LoadedScheduler({ backend, wake: () => void loop.tick(), recurring, log });
  await scheduler.start(await store.dueSeconds({ limit: DUE_SECONDS_MAX }));
  sourceWatch.start();
  deliveries.start();

  return {
    address: rpc.address,
    ingest: ingestHandlers,
    ready: () => lookOut.ready(),
    async reload(changed, security) {
      await protection.prepare(changed.sources);
      await subscriptions.publish(changed.subscriptions);
      const value = secretStates(changed.sources);
      noteSecretStates(changes, { before: secretStates(sources()), sources: changed.sources });
      noteSecretValues(changes, sources(), changed.sources);
      changes.note({ kind: "reload", subject: "", text: begun, value });
      if (security?.tokens) rpc.setTokens(security.tokens);
      if (security?.tls) rpc.setTls(security.tls);
      config = changed;
      known = knownSources(changed.sources);
      protection.use(changed.sources);
      traces?.use(changed.sources);
      deliveries.renew();
    },
    async stop() {
      const stopped = async (what: string, ended: Promise<void>, ms = STOP_PART_MS_MAX) => {
        const late = () => log.error({ ms }, `${what} did not stop in time, stopping the rest`);
        await deadline(ended, { ms, late }).catch((error: unknown) => {
          log.error({ err: error }, `${what} failed to stop, stopping the rest`);
        });
      };
      lookOut.drain();
      sourceWatch.close();
      passed.close();
      await stopped("ingest", ingest.stop());
      await stopped("replays", replays.stop());
      await stopped("the scheduler", scheduler?.stop() ?? Promise.resolve());
      await stopped("notify", notifier.close());
      const ended = deliveries.stop({ graceMs: STOP_GRACE_MS });
      await stopped("deliveries", ended, STOP_GRACE_MS + STOP_PART_MS_MAX);
      lookOut.stop();
      await rpc.close({ graceMs: 500 });
      await stopped("the diagnosis thread", diagnosisThread.close());
      await stopped("the thread for large bodies", largeBodies.close());
      changes.note({ kind: "stop", subject: "", text: begun });
      await stopped("the log of changes", changes.close());
      await stopped("the store", store.close());
    },
  };
}
