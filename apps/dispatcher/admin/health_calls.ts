import type { NotifyConfig } from "@hookgate/config";
import { type AdminHandlers, type FaultMessage, RpcError } from "@hookgate/rpc";
import { QUEUE_SIZE_MAX, type WebhookHealth } from "@hookgate/types";
import { readBook } from "../notify/notice_book.ts";
import { providerProblems } from "../sources/problems.ts";
import type { SourceFacts } from "../sources/source_facts.ts";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import { BUCKET_MS, bucketAt } from "../store/contract/buckets.ts";
import type { Deliveries } from "../store/contract/deliveries.ts";
import { type StoreTime, StoreUnavailableError } from "../store/contract/event_store.ts";
import type { Failures } from "../store/contract/failures.ts";
import type { BucketQuery, BucketSum, Metrics } from "../store/contract/metrics.ts";
import type { Notes } from "../store/contract/notes.ts";
import type { StoredSubscription, Subscriptions } from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";
import {
  areResolved,
  doubtfulHours,
  failingSince,
  faultsOf,
  keepsFromDelivering,
} from "./health_faults.ts";
import { recipientFaults } from "./notice_calls.ts";
import { toRpcError } from "./rpc_errors.ts";

/** The window of attempts that health looks at, in milliseconds. */
const HEALTH_WINDOW_MS = 300_000;

/** Longest window of metrics, in milliseconds: 30 days, within what the store keeps. */
const WINDOW_MS_MAX = 30 * 86_400_000;

/** With fewer attempts in the window, failures prove nothing. */
const ATTEMPTS_MIN = 10;

/** Share of failed attempts from which on health is degraded or unhealthy. */
const FAILURE_RATE = { degraded: 0.1, unhealthy: 0.5 };

/** How long the oldest due delivery has waited, in milliseconds. */
const OVERDUE_MS = { degraded: 60_000, unhealthy: 600_000 };

/** Deliveries waiting or running. */
const QUEUE_SIZE = { degraded: 10_000 };

/** Most names in one sentence. */
const NAMES_SHOWN_MAX = 10;

/** Options for {@linkcode healthCalls}. */
export interface HealthCallsOptions {
  store: StoreTime &
    Pick<Metrics, "metrics" | "readBuckets"> &
    Pick<Bookkeeping, "queueState"> &
    Pick<Deliveries, "nextDueAt"> &
    Pick<Failures, "failures"> &
    Pick<Notes, "note"> &
    Pick<Subscriptions, "subscriptions" | "backlog">;
  /** Which subscriptions have subscribers, on any dispatcher. */
  activity: Pick<Activity, "all">;
  /** What is known of each source of the configuration. */
  sourceFacts: () => Promise<readonly SourceFacts[]>;
  /** Who is told of what. */
  notify: () => NotifyConfig;
  /** Why events cannot be stored now. */
  ready: () => { readonly problems: readonly string[] };
}

/** What the report knows beside the specification's. */
interface HealthReport {
  health: WebhookHealth;
  problems: string[];
  notes: string[];
  faults: FaultMessage[];
}

/** The operator's calls about metrics and health. */
export function healthCalls(
  options: HealthCallsOptions,
): Pick<AdminHandlers, "getMetrics" | "getHealth"> {
  const { store, ready } = options;
  return {
    async getMetrics(request) {
      const windowMs = request.windowMs || HEALTH_WINDOW_MS;
      if (windowMs < 0 || windowMs > WINDOW_MS_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `window_ms must be 1 to ${WINDOW_MS_MAX}`);
      }
      const { received, processed, failed, retried, avgProcessingTime } = await store
        .metrics({ windowMs })
        .catch(toRpcError);
      const avgProcessingTimeMs = avgProcessingTime;
      return { received, processed, failed, retried, avgProcessingTimeMs, windowMs };
    },

    async getHealth() {
      const { health, problems, notes, faults } = await readHealth(options).catch(
        (error: unknown) => withoutStore(error, ready()),
      );
      return {
        status: `HEALTH_STATUS_${health.status.toUpperCase() as Uppercase<typeof health.status>}`,
        ...(health.lastProcessed && { lastProcessedAtMs: Date.parse(health.lastProcessed) }),
        failureRate: health.failureRate,
        queueSize: health.queueSize,
        problems,
        notes,
        queueCountedMax: QUEUE_SIZE_MAX,
        faults,
      };
    },
  };
}

/**
 * The specification's health report. `unhealthy` if events cannot be stored, at least half of ten or more attempts in the last
 * five minutes failed, or a due delivery has waited ten minutes; `degraded` from a failure rate of 0.1, a wait of one minute,
 * 10,000 deliveries waiting or running, or anybody's fault that keeps events from being delivered; else `healthy`. `faults` say
 * whose it is, and `problems` what is nobody's in particular. What waits for a name that nobody listens to is no problem while it
 * is within its bounds: `notes` names it.
 */
async function readHealth(options: HealthCallsOptions): Promise<HealthReport> {
  const { store, activity, sourceFacts, notify, ready } = options;
  const isNotifying = notify().recipients.length > 0;
  const [sums, queue, set, active, sources, told] = await Promise.all([
    store.metrics({ windowMs: HEALTH_WINDOW_MS }),
    store.queueState(),
    store.subscriptions(),
    activity.all(),
    sourceFacts(),
    isNotifying ? readBook(store) : null,
  ]);
  const unpaused = set.subscriptions.filter(({ paused }) => paused === null);
  const isIdle = ({ definition: { name, target } }: StoredSubscription) =>
    target.kind === "stream" && (active.get(name)?.streams ?? 0) === 0;
  const idle = await readIdle(unpaused.filter(isIdle), store);
  const served = unpaused.filter((one) => !isIdle(one)).map(({ definition }) => definition.name);
  const oldestDueAt = await store.nextDueAt(served);
  const failureRate = sums.attempts === 0 ? 0 : sums.failedAttempts / sums.attempts;
  const overdueMs = oldestDueAt === null ? 0 : Math.max(0, store.now() - oldestDueAt);
  const problems: string[] = [];
  let status: WebhookHealth["status"] = "healthy";
  const report = (severe: boolean, problem: string) => {
    if (severe) status = "unhealthy";
    else if (status === "healthy") status = "degraded";
    problems.push(problem);
  };
  for (const problem of ready().problems) report(true, notReady(problem));
  if (sums.attempts >= ATTEMPTS_MIN && failureRate >= FAILURE_RATE.degraded) {
    const share = `${Math.round(failureRate * 100)} % of ${sums.attempts} attempts`;
    report(failureRate >= FAILURE_RATE.unhealthy, `${share} in the last five minutes failed.`);
  }
  if (overdueMs >= OVERDUE_MS.degraded) {
    const waited = `${Math.round(overdueMs / 1_000)} s`;
    const whose = await oldestDue(served, store);
    report(
      overdueMs >= OVERDUE_MS.unhealthy,
      `A due delivery of ${whose} has waited for ${waited}.`,
    );
  }
  const size = queue.size - idle.reduce((sum, { deliveries }) => sum + deliveries, 0);
  if (size >= QUEUE_SIZE.degraded) {
    report(false, `${size} or more deliveries are waiting or running.`);
  }
  const lastProcessed =
    queue.lastProcessedAt === null ? null : new Date(queue.lastProcessedAt).toISOString();
  const lately = await readLately(store);
  const faults = faultsOf({
    now: store.now(),
    notReady: ready().problems,
    subscriptions: set.subscriptions,
    active,
    ...(await readCounts(store)),
    lately,
    resolved: await readResolved(lately, store),
    edgeAwaySince: edgeAwaySince(sources),
    providers: providerProblems(sources),
    recipients: told === null ? [] : recipientFaults(notify(), told.book),
  });
  if (status === "healthy" && faults.some(keepsFromDelivering)) status = "degraded";
  const health = { status, lastProcessed, failureRate, queueSize: queue.size };
  return { health, problems, notes: idle.length > 0 ? [idleNote(idle)] : [], faults };
}

/** Which of these subscriptions waits the longest, in ten steps of a thousand. */
async function oldestDue(
  names: readonly string[],
  store: HealthCallsOptions["store"],
): Promise<string> {
  const half = names.slice(0, names.length / 2);
  const rest = names.slice(half.length);
  if (half.length === 0) return rest[0] ?? "";
  const [first, second] = await Promise.all([half, rest].map((some) => store.nextDueAt(some)));
  const isFirst = (first ?? Number.POSITIVE_INFINITY) <= (second ?? Number.POSITIVE_INFINITY);
  return oldestDue(isFirst ? half : rest, store);
}

/** An outage that goes on, as any source tells it. */
function edgeAwaySince(sources: readonly SourceFacts[]): number | null {
  const outage = sources[0]?.patience.outage ?? null;
  return outage !== null && outage.to === null ? outage.from : null;
}

/** The report if the store cannot even be read: that is what is wrong. */
function withoutStore(
  error: unknown,
  { problems }: ReturnType<HealthCallsOptions["ready"]>,
): HealthReport {
  if (!(error instanceof StoreUnavailableError)) throw error;
  const health: WebhookHealth = {
    status: "unhealthy",
    lastProcessed: null,
    failureRate: 0,
    queueSize: 0,
  };
  const store = `${error.message}.`;
  const advice = "See that the database and its disk are there; the dispatcher's log says more.";
  const fault = { whose: "gateway", name: "", problem: store, advice };
  return { health, problems: [store, ...problems.map(notReady)], notes: [], faults: [fault] };
}

/** The counts of the last five minutes that say whose fault it is. */
async function readCounts(store: HealthCallsOptions["store"]) {
  const to = store.now() + 1;
  const from = to - HEALTH_WINDOW_MS;
  const window = { level: "minute", from, to, stepMs: HEALTH_WINDOW_MS } as const;
  const requestsOf = (outcome?: string) => {
    const some = outcome === undefined ? {} : { outcome };
    return store.readBuckets({ ...window, of: "requests", by: "source", ...some });
  };
  const [attempts, requests, forged, clockWrong] = await Promise.all([
    store.readBuckets({ ...window, of: "events", by: "subscription" }),
    requestsOf(),
    requestsOf("invalid_signature"),
    requestsOf("clock_wrong"),
  ]);
  return { attempts, requests, forged, clockWrong };
}

/** How far back it is read since when nothing succeeds, in hours: retries wait for as much as half of that. */
const LATELY_HOURS = 24;

/** The last day's attempts: by hours, and by minutes where hours do not say whether a subscription succeeds. */
async function readLately(store: HealthCallsOptions["store"]): Promise<BucketSum[]> {
  const from = bucketAt(store.now(), "hour") - LATELY_HOURS * BUCKET_MS.hour;
  const read = (window: Pick<BucketQuery, "level" | "from" | "to" | "subscription">) =>
    store.readBuckets({
      ...window,
      of: "events",
      by: "subscription",
      stepMs: BUCKET_MS[window.level],
    });
  const hours = await read({ level: "hour", from, to: store.now() + 1 });
  const doubtful = doubtfulHours(hours);
  const minutes: BucketSum[] = [];
  for (const [hour, names] of doubtful) {
    // Minutes are many: one subscription's are read for a part of what all cost.
    const [subscription] = names.size === 1 ? names : [];
    const some = await read({
      ...{ level: "minute", from: hour, to: hour + BUCKET_MS.hour },
      ...(subscription !== undefined && { subscription }),
    });
    minutes.push(...some.filter(({ name }) => names.has(name)));
  }
  return [...hours.filter(({ at, name }) => !doubtful.get(at)?.has(name)), ...minutes];
}

/** Of those that go on failing, which have no failure that is not resolved. */
async function readResolved(
  lately: readonly BucketSum[],
  store: HealthCallsOptions["store"],
): Promise<Set<string>> {
  const resolved = new Set<string>();
  for (const [subscription, since] of failingSince(lately)) {
    if (areResolved(await store.failures({ subscription }), since)) resolved.add(subscription);
  }
  return resolved;
}

function notReady(problem: string): string {
  return `Events cannot be stored: ${problem}.`;
}

/** A subscription that nobody listens to, and how many deliveries wait for it. */
interface Idle {
  name: string;
  deliveries: number;
}

/** Those for which something waits. */
async function readIdle(
  subscriptions: readonly StoredSubscription[],
  store: HealthCallsOptions["store"],
): Promise<Idle[]> {
  const found: Idle[] = [];
  // Together as many as the queue is counted to: further ones cannot change the answer.
  let left = QUEUE_SIZE_MAX;
  for (const { definition } of subscriptions) {
    const { name } = definition;
    const { deliveries } = await store.backlog(name, { deliveriesMax: Math.max(1, left) });
    left -= deliveries;
    if (deliveries > 0) found.push({ name, deliveries });
  }
  return found;
}

function idleNote(idle: readonly Idle[]): string {
  const shown = idle
    .slice(0, NAMES_SHOWN_MAX)
    .map(({ name, deliveries }) => `${name} (${deliveries})`);
  const more = idle.length - shown.length;
  const names = `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `Nobody listens to ${names}: what waits for them is kept, within their bounds.`;
}
