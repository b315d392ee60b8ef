import type { ConfiguredSource } from "@hookgate/config";
import type { NoticeKind } from "@hookgate/types";
import { describeSecrets, type SecretStatus } from "../sources/describe_secrets.ts";
import type { PassedTime } from "../sources/passed_time.ts";
import type { SourceFacts } from "../sources/source_facts.ts";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import { BUCKET_MS, bucketAt } from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Failures } from "../store/contract/failures.ts";
import type { BucketSum, Metrics } from "../store/contract/metrics.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";
import { DEAD_WINDOW_MS, type Matter, mattersOf } from "./matters.ts";
import type { NoticeBook } from "./notice_book.ts";

/** Whether a secret can be dropped changes in days, in milliseconds. */
const SECRETS_KEPT_MS = 600_000;

/** Options for {@linkcode readMatters}. */
export interface ReadMattersOptions {
  store: StoreTime &
    Pick<Metrics, "readBuckets"> &
    Pick<Failures, "failures"> &
    Pick<Bookkeeping, "secretUses" | "enrolments">;
  passed: Pick<PassedTime, "ago">;
  /** The followed set. */
  subscriptions: () => readonly StoredSubscription[];
  activity: Pick<Activity, "all">;
  sources: () => readonly ConfiguredSource[];
  sourceFacts: () => Promise<readonly SourceFacts[]>;
  diskHasRoom: () => boolean;
}

/** Makes a function that reads what operators want to know now. It reads counts, never events. */
export function readMatters(options: ReadMattersOptions): (book: NoticeBook) => Promise<Matter[]> {
  const { store, passed, subscriptions, activity, sources, sourceFacts, diskHasRoom } = options;
  let kept: { at: number; secrets: SecretStatus[] } | null = null;

  async function readSecrets(): Promise<SecretStatus[]> {
    const now = store.now();
    if (kept && Math.abs(now - kept.at) < SECRETS_KEPT_MS) return kept.secrets;
    const [uses, enrolments] = await Promise.all([store.secretUses(), store.enrolments()]);
    const secrets = describeSecrets({ sources: sources(), uses, enrolments, now, passed });
    kept = { at: now, secrets };
    return secrets;
  }

  return async function read(book) {
    const now = store.now();
    const from = bucketAt(passed.ago(DEAD_WINDOW_MS - BUCKET_MS.minute));
    // In one step, however long the clock says that it is.
    const stepMs = bucketAt(now) + BUCKET_MS.minute - from;
    const by = { level: "minute", of: "events", by: "subscription" } as const;
    const isOpen = (kind: NoticeKind) =>
      book.notices.some((notice) => notice.kind === kind && notice.endedAt === null);
    const [counts, minutes, active, facts, secrets] = await Promise.all([
      store.readBuckets({ ...by, from, to: now + 1, stepMs }),
      isOpen("breaker")
        ? store.readBuckets({ ...by, from, to: now + 1, stepMs: BUCKET_MS.minute })
        : [],
      activity.all(),
      sourceFacts(),
      readSecrets(),
    ]);
    // There can be two thousand of them: they are read only while something fails, or has been told.
    const isFailing = counts.some(({ counts: { attempts, succeeded } }) => attempts > succeeded);
    const failures = isFailing || isOpen("failure") ? await store.failures({}) : [];
    return mattersOf({
      subscriptions: subscriptions(),
      active,
      counts,
      failing: failingNow(minutes),
      failures,
      sources: facts,
      secrets,
      diskHasRoom: diskHasRoom(),
      passed,
    });
  };
}

/** Subscriptions whose attempts of the newest minute with some all failed. */
function failingNow(minutes: readonly BucketSum[]): Set<string> {
  const newest = new Map<string, BucketSum>();
  for (const step of minutes.filter(({ counts }) => counts.attempts > 0)) {
    if (step.at >= (newest.get(step.name)?.at ?? 0)) newest.set(step.name, step);
  }
  const failing = [...newest.values()].filter(({ counts }) => counts.succeeded === 0);
  return new Set(failing.map(({ name }) => name));
}
