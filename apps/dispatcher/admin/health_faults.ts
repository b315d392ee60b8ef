import type { FaultMessage } from "@hookgate/rpc";
import { DOCTOR_SOURCE } from "@hookgate/types";
import type { ProviderProblem } from "../sources/problems.ts";
import { BUCKET_MS } from "../store/contract/buckets.ts";
import { failureState } from "../store/contract/decide_failures.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { FailureGroup } from "../store/contract/failures.ts";
import type { BucketSum } from "../store/contract/metrics.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";

/** With fewer attempts, failures prove nothing, unless a delivery ended dead: nothing tries that one again. */
const ATTEMPTS_MIN = 5;

/** Of one that is tried rarely, fewer failures prove something, too … */
const SLOW_FAILURES_MIN = 2;

/** … if they lie this far apart, in milliseconds. */
const SLOW_SPAN_MS_MIN = 600_000;

/** The share of failed attempts from which on their subscription is named. */
const FAILED_SHARE = 0.1;

/** An endpoint that wants nothing for longer than this, in milliseconds, is named. */
const HELD_MS_MAX = 300_000;

/** So many bad signatures are more than a scanner at the door … */
const FORGED_MIN = 5;

/** … if they are at least this share of what a source's requests were. */
const FORGED_SHARE = 0.1;

/** Faults that are named; the rest would be more of the same. */
const FAULTS_MAX = 50;

/** What faults are judged from. All counts but those of `lately` are of the last five minutes. */
export interface FaultFacts {
  /** In milliseconds since 1970. */
  now: number;
  /** Why events cannot be stored now. */
  notReady: readonly string[];
  subscriptions: readonly StoredSubscription[];
  active: ReadonlyMap<string, Pick<SubscriptionActivity, "breaker" | "heldUntil">>;
  /** Attempts by subscription. */
  attempts: readonly BucketSum[];
  /** Attempts by subscription and step of the last day. */
  lately: readonly BucketSum[];
  /** Subscriptions whose failures since they last succeeded are all resolved. */
  resolved: ReadonlySet<string>;
  /** Requests by source: all, with a bad signature, and those that came with our clock wrong. */
  requests: readonly BucketSum[];
  forged: readonly BucketSum[];
  clockWrong: readonly BucketSum[];
  /** Since when no edge is there, in milliseconds since 1970; null if one is. */
  edgeAwaySince: number | null;
  providers: readonly ProviderProblem[];
  /** Recipients of notify that cannot be told. */
  recipients: readonly FaultMessage[];
}

/** Whose fault it is: ours first, then those that keep most deliveries from succeeding; what is over last. Pure. */
export function faultsOf(facts: FaultFacts): FaultMessage[] {
  const lately = Map.groupBy(facts.lately, ({ name }) => name);
  const all = [
    ...facts.notReady.map(ownFault),
    ...edgeFaults(facts),
    ...clockFaults(facts),
    ...facts.subscriptions.flatMap((one) =>
      targetFault(one, facts, lately.get(one.definition.name)),
    ),
    ...forgedFaults(facts),
    ...facts.providers.map(({ source: name, ...rest }) => ({ whose: "provider", name, ...rest })),
    ...facts.recipients,
  ];
  const isOver = ({ untilMs }: FaultMessage) => untilMs !== undefined;
  return [...all.filter((one) => !isOver(one)), ...all.filter(isOver)].slice(0, FAULTS_MAX);
}

/** Whether it keeps events from being stored or delivered; what a provider does, and who cannot be told, does not. */
export function keepsFromDelivering({ whose }: FaultMessage): boolean {
  return whose !== "provider" && whose !== "recipient";
}

function ownFault(problem: string): FaultMessage {
  const isDisk = problem.includes("disk") && !problem.includes("checked");
  return {
    whose: isDisk ? "disk" : "gateway",
    name: "",
    problem: `Events cannot be stored: ${problem}.`,
    advice: isDisk
      ? "Shorten retention or give the file system more room; it ends by itself once there is room."
      : "The dispatcher's log says more. Providers are answered 503, and most send again.",
  };
}

function edgeFaults({ edgeAwaySince }: FaultFacts): FaultMessage[] {
  if (edgeAwaySince === null) return [];
  return [
    {
      whose: "gateway",
      name: "",
      problem: "No edge is there: providers are not answered.",
      advice: "Start the edge, or see what keeps it from the dispatcher; its log says more.",
      sinceMs: edgeAwaySince,
    },
  ];
}

function clockFaults({ clockWrong }: FaultFacts): FaultMessage[] {
  const requests = clockWrong.reduce((sum, { counts }) => sum + counts.requests, 0);
  if (requests === 0) return [];
  return [
    {
      whose: "clock",
      name: "",
      problem: `The signatures of ${requests} requests were right and their times all wrong by as much.`,
      advice: "Set the clock of the edge's machine, and see why its time service does not.",
    },
  ];
}

const WHOSE = { handler: "handler", endpoint: "endpoint", stream: "subscriber" } as const;

function targetFault(
  { definition, paused }: StoredSubscription,
  facts: Omit<FaultFacts, "lately">,
  lately: readonly BucketSum[] = [],
): FaultMessage[] {
  const { name, target } = definition;
  const whose = WHOSE[target.kind];
  const fault = (problem: string, advice: string, sinceMs?: number): FaultMessage[] => [
    { whose, name, problem, advice, ...(sinceMs !== undefined && { sinceMs }) },
  ];
  const again = `npx hookgate resume ${name}`;
  if (paused?.by === "endpoint") {
    const advice = `Ask who runs it whether it still exists; then ${again}.`;
    return fault(`It says that it is gone: ${paused.reason || "410"}.`, advice, paused.at);
  }
  if (paused?.by === "backlog") {
    const advice = `Let it catch up, then ${again}: a backfill delivers what it missed.`;
    return fault(`It is paused for its backlog: ${paused.reason}.`, advice, paused.at);
  }
  if (paused !== null) return [];
  const counts = facts.attempts.find((one) => one.name === name)?.counts;
  const failed = counts ? counts.attempts - counts.succeeded : 0;
  const active = facts.active.get(name);
  const heldUntil = active?.heldUntil ?? 0;
  if (heldUntil - facts.now > HELD_MS_MAX) {
    const until = new Date(heldUntil).toISOString();
    return fault(`It wants nothing until ${until}, as its Retry-After says.`, HELD_ADVICE);
  }
  const isOpen = active?.breaker === "open";
  const share = counts ? failed / counts.attempts : 0;
  const proves = counts !== undefined && (counts.attempts >= ATTEMPTS_MIN || counts.failed > 0);
  const run = failingRun(lately);
  const breaker = isOpen ? ", and its breaker is open" : "";
  if (proves && share >= FAILED_SHARE) {
    const ended = counts.failed === 1 ? "delivery" : "deliveries";
    const dead = counts.failed > 0 ? `; ${counts.failed} ${ended} ended dead` : "";
    const problem = `${failed} of ${counts.attempts} attempts in the last five minutes failed${breaker}${dead}.`;
    return fault(problem, ADVICE[whose], run?.since);
  }
  if (run && isLasting(run) && !facts.resolved.has(name)) {
    const problem = `All of its last ${run.failed} attempts failed${breaker}.`;
    return fault(problem, ADVICE[whose], run.since);
  }
  return isOpen ? fault("Its breaker is open: it does not answer.", ADVICE[whose], run?.since) : [];
}

/** A subscription's attempts since one last succeeded. */
interface FailingRun {
  failed: number;
  /** When the steps of the first and the last one begin, in milliseconds since 1970. */
  since: number;
  last: number;
}

/** A subscription's steps with attempts, newest first: those in which all failed, and the one before in which some succeeded. */
function stepsSinceSuccess(steps: readonly BucketSum[]) {
  const tried = steps
    .filter(({ counts }) => counts.attempts > 0)
    .sort((one, other) => other.at - one.at);
  const end = tried.findIndex(({ counts }) => counts.succeeded > 0);
  return end < 0 ? { failed: tried } : { failed: tried.slice(0, end), mixed: tried[end] };
}

/** Null if the last attempt succeeded. */
function failingRun(steps: readonly BucketSum[]): FailingRun | null {
  const { failed: run } = stepsSinceSuccess(steps);
  const [last, since] = [run[0], run.at(-1)];
  if (!last || !since) return null;
  const failed = run.reduce((sum, { counts }) => sum + counts.attempts, 0);
  return { failed, since: since.at, last: last.at };
}

/** Whether it proves something, also where nothing is tried now because all wait for their next attempt. */
function isLasting({ failed, since, last }: FailingRun): boolean {
  const isSlow = failed >= SLOW_FAILURES_MIN && last - since >= SLOW_SPAN_MS_MIN;
  return isSlow || failed >= ATTEMPTS_MIN;
}

/** Which subscriptions go on failing, and since when, in milliseconds since 1970. */
export function failingSince(lately: readonly BucketSum[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [name, steps] of Map.groupBy(lately, (step) => step.name)) {
    const run = failingRun(steps);
    if (run && isLasting(run)) found.set(name, run.since);
  }
  return found;
}

/** Whether a subscription's failures since then are all resolved. */
export function areResolved(groups: readonly FailureGroup[], since: number): boolean {
  const recent = groups.filter(({ lastAt }) => lastAt >= since);
  return recent.length > 0 && recent.every((group) => failureState(group) === "resolved");
}

/**
 * What hours alone do not say: those in which a subscription failed last, where its failures may lie within minutes, or before
 * its success. By the hour's start, with the subscriptions to look at in it.
 */
export function doubtfulHours(hours: readonly BucketSum[]): Map<number, Set<string>> {
  const doubtful = new Map<number, Set<string>>();
  for (const [name, steps] of Map.groupBy(hours, (step) => step.name)) {
    const { failed, mixed } = stepsSinceSuccess(steps);
    const [last, first] = [failed[0], failed.at(-1)];
    const isLong = last && first && last.at - first.at >= 2 * BUCKET_MS.hour;
    const isMixed = mixed && mixed.counts.succeeded < mixed.counts.attempts;
    for (const { at } of isLong ? [] : [...failed, ...(isMixed ? [mixed] : [])]) {
      doubtful.set(at, (doubtful.get(at) ?? new Set()).add(name));
    }
  }
  return doubtful;
}

const HELD_ADVICE =
  "Once it takes events again, npx hookgate retry with one of its deliveries ends the wait.";

const ADVICE = {
  handler: "npx hookgate dead shows the errors; fix the handler, then replay.",
  endpoint: "See that it answers 2xx in time; what waits is tried again by itself.",
  subscriber: "See what the service does with its events; what it gives back is tried again.",
} as const;

function forgedFaults({ forged, requests }: FaultFacts): FaultMessage[] {
  const all = new Map(requests.map(({ name, counts }) => [name, counts.requests]));
  return forged.flatMap(({ name, counts: { requests: bad } }) => {
    const total = all.get(name) ?? bad;
    // The doctor sends bad ones on purpose.
    if (name === "" || name === DOCTOR_SOURCE || bad < FORGED_MIN || bad / total < FORGED_SHARE)
      return [];
    return {
      whose: "provider",
      name,
      problem: `${bad} of ${total} requests in the last five minutes had a bad signature.`,
      advice: `npx hookgate quarantine list --source ${name} says why: a new secret, or somebody who forges.`,
    };
  });
}
