import { senderName } from "@hookgate/providers";
import type { NoticeKind } from "@hookgate/types";
import type { SecretStatus } from "../sources/describe_secrets.ts";
import type { PassedTime } from "../sources/passed_time.ts";
import { silenceSentence } from "../sources/problems.ts";
import type { SourceFacts } from "../sources/source_facts.ts";
import { failureState, hasReturned } from "../store/contract/decide_failures.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { FailureGroup } from "../store/contract/failures.ts";
import type { BucketSum } from "../store/contract/metrics.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import { plainText } from "./plain_text.ts";

/** For so long after the last one died, deliveries of a subscription are said to end dead, in milliseconds. */
export const DEAD_WINDOW_MS = 3_600_000;

/** A group of failures is news for so long after it failed, and over when it has not failed for so long, in milliseconds. */
const FAILURE_NEWS_MS = 3_600_000;
export const FAILURE_WINDOW_MS = 86_400_000;

/** Longest message of a failure that is told, in characters: it may come from an event. */
const FAILURE_CHARS_MAX = 160;

/** Longest name of a type that is told, in characters, and longest sentence with it: senders choose it. */
const TYPE_CHARS_MAX = 100;
const SENTENCE_CHARS_MAX = 300;

/** Longest class of an error that is told, in characters. */
const CLASS_CHARS_MAX = 60;

/** Longest reason of a pause that is told, in characters. */
const REASON_CHARS_MAX = 200;

/** Something that is so now, and that operators want to know. */
export interface Matter {
  kind: NoticeKind;
  /** As in `Notice`. */
  subject: string;
  /** Since when, in milliseconds since 1970; null if that is not known. */
  since: number | null;
  text: string;
  advice: string;
  path: string;
  /** It is no news: it is not told, but if it was, it is not over. */
  isOld?: true;
}

/** What matters are read from. */
export interface MatterFacts {
  subscriptions: readonly StoredSubscription[];
  /** What all dispatchers do together. */
  active: ReadonlyMap<string, Pick<SubscriptionActivity, "breaker">>;
  /** Counts of {@linkcode DEAD_WINDOW_MS}, by subscription. */
  counts: readonly BucketSum[];
  /** Subscriptions of whose newest attempts none succeeded. */
  failing: ReadonlySet<string>;
  failures: readonly FailureGroup[];
  sources: readonly SourceFacts[];
  secrets: readonly SecretStatus[];
  /** Whether the disk is above its reserve. */
  diskHasRoom: boolean;
  passed: Pick<PassedTime, "ago">;
}

/** Everything that operators want to know now. Pure. */
export function mattersOf(facts: MatterFacts): Matter[] {
  return [
    ...diskMatters(facts),
    ...facts.subscriptions.flatMap((one) => subscriptionMatters(one, facts)),
    ...facts.failures.flatMap((group) => failureMatter(group, facts.passed)),
    ...facts.sources.flatMap(sourceMatters),
    ...facts.secrets.flatMap(secretMatter),
  ];
}

/** What is said when it is over. */
export function endSentence({
  kind,
  subject,
  text,
}: Pick<Matter, "kind" | "subject" | "text">): string {
  switch (kind) {
    case "dead":
      return `No delivery for ${subject} has ended dead for an hour.`;
    case "failure":
      return `It was resolved, or has not failed for a day: ${text}`;
    case "breaker":
      return `The breaker of ${subject} is closed: its endpoint answers again, or is not asked any more.`;
    case "pause":
      return `${subject} is no longer paused.`;
    case "silence":
      return `Events from ${subject} come again, or are not expected any more.`;
    case "handshake":
      return `The recurring handshake of ${subject} works again, or is not expected any more.`;
    case "secret":
      return `Secret ${subject} is gone, or in use again.`;
    default:
      return "The disk is above its reserve again: events are stored.";
  }
}

function diskMatters({ diskHasRoom }: MatterFacts): Matter[] {
  if (diskHasRoom) return [];
  return [
    {
      kind: "disk",
      subject: "",
      since: null,
      text: "The disk is below its reserve: every event is refused with 503, and most providers send again.",
      advice:
        "Give the file system more room, or shorten retention; it ends by itself once there is room.",
      path: "/",
    },
  ];
}

function subscriptionMatters(
  { definition, paused }: StoredSubscription,
  facts: MatterFacts,
): Matter[] {
  const { name } = definition;
  const own = { subject: name, path: "/subscriptions" };
  const matters: Matter[] = [];
  const by = paused === null ? undefined : PAUSES[paused.by];
  if (paused !== null && by !== undefined) {
    const reason = plainText(paused.reason, REASON_CHARS_MAX);
    const text = `${name} is paused ${by}${reason === "" ? "" : `: ${reason}`}. Its deliveries wait.`;
    const advice = `npx hookgate resume ${name}`;
    matters.push({ kind: "pause", ...own, since: paused.at, text, advice });
  }
  const breaker = facts.active.get(name)?.breaker;
  const isOpen = breaker === "open" || breaker === "half_open";
  // Breakers are closed when a dispatcher starts: its endpoint answers again only once it has.
  if (isOpen || facts.failing.has(name)) {
    const text = `The breaker of ${name} is open: its endpoint does not answer, and its deliveries wait.`;
    const advice =
      "See that it answers in time; what waits is tried again by itself. npx hookgate subscriptions";
    const isOld = paused !== null || !isOpen;
    matters.push({ kind: "breaker", ...own, since: null, text, advice, ...(isOld && { isOld }) });
  }
  const dead = facts.counts.find((one) => one.name === name)?.counts.failed ?? 0;
  if (dead > 0) {
    const text = `${plural(dead, "delivery", "deliveries")} for ${name} ended dead within an hour: nobody tries them again.`;
    const advice = `npx hookgate dead --subscription ${name}`;
    const path = `/events?state=dead&subscription=${encodeURIComponent(name)}`;
    matters.push({ kind: "dead", subject: name, since: null, text, advice, path });
  }
  return matters;
}

/** By whom, as a sentence goes on. That a subscription left the configuration, or is deleted, was somebody's plan. */
const PAUSES: Readonly<Record<string, string>> = {
  operator: "by an operator",
  endpoint: "because its endpoint says that it is gone",
  backlog: "because its backlog is over its bound, and it gets nothing new",
};

function failureMatter(group: FailureGroup, passed: MatterFacts["passed"]): Matter[] {
  const state = failureState(group);
  if (state === "resolved" || group.lastAt < passed.ago(FAILURE_WINDOW_MS)) return [];
  const { id, subscription, errorClass, attempts, dead } = group;
  const isBack = hasReturned(group);
  const again = isBack ? " again, after it was resolved" : "";
  // A handler's message begins with it.
  const isNamed = errorClass === "" || group.message.startsWith(`${errorClass}:`);
  const how = isNamed ? "" : ` with ${plainText(errorClass, CLASS_CHARS_MAX)}`;
  const counts = `${plural(attempts, "failed attempt", "failed attempts")}, ${plural(dead, "dead delivery", "dead deliveries")}`;
  const cause = plainText(group.message, FAILURE_CHARS_MAX) || group.kind;
  return [
    {
      kind: "failure",
      subject: id,
      since: isBack ? (group.mark?.at ?? null) : null,
      text: `${subscription} fails${how}${again}: ${cause} (${counts}).`,
      advice: `npx hookgate failures show ${id}`,
      path: `/failures/${id}`,
      ...((state === "acknowledged" || group.lastAt < passed.ago(FAILURE_NEWS_MS)) && {
        isOld: true,
      }),
    },
  ];
}

function sourceMatters(facts: SourceFacts): Matter[] {
  const { source, provider, silence, quietTypes, handshake } = facts;
  const { name } = source;
  const own = { subject: name, path: "/sources" };
  const quiet = [...(silence ? [silence] : []), ...quietTypes];
  const matters = quiet.map((one): Matter => {
    const type = plainText(one.type, TYPE_CHARS_MAX);
    const what = type === "" ? name : `${name} ${type}`;
    const text = `No events from ${what}. ${plainText(silenceSentence(one), SENTENCE_CHARS_MAX)}`;
    const advice = `See whether ${senderName(provider)} still has our URL${type === "" ? "" : ", and asks for this type"}. npx hookgate sources`;
    return { kind: "silence", subject: what, path: "/sources", since: one.since, text, advice };
  });
  if (handshake?.problem) {
    const state = handshake.problem === "late" ? "has stopped" : "failed last";
    const text = `The recurring handshake of ${name} ${state}: ${provider.name} may stop sending.`;
    const advice = "See the provider's settings of the webhook. npx hookgate sources";
    matters.push({ kind: "handshake", ...own, since: handshake.lastOkAt, text, advice });
  }
  return matters;
}

/** A revoked secret stays in the configuration on purpose, and enrolled ones are renewed by themselves. */
function secretMatter({
  source,
  secretId,
  state,
  safeToDrop,
  advice: why,
}: SecretStatus): Matter[] {
  if (!safeToDrop || (state !== "active" && state !== "retiring")) return [];
  return [
    {
      kind: "secret",
      subject: `${source} ${secretId}`,
      since: null,
      text: `Secret ${secretId} of ${source} can be removed. ${why}`,
      advice: `npx hookgate secrets --source ${source}`,
      path: "/sources",
    },
  ];
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
