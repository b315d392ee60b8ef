import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "@jest/globals";
import type { EventStore } from "../contract/event_store.ts";
import { testAudit } from "./audit.ts";
import { testEnrolments, testSecrets } from "./bookkeeping.ts";
import { testBytes, testCommits } from "./captures.ts";
import { testChanges } from "./changes.ts";
import { testClaimBounds, testClaims } from "./claims.ts";
import { testDataKeys } from "./data_keys.ts";
import { testDedupe, testPairs } from "./dedupe.ts";
import { testDeletion } from "./deletion.ts";
import { testDeliveries, testRetries } from "./deliveries.ts";
import { testLists } from "./events.ts";
import { testFailures } from "./failures.ts";
import { testFinding } from "./finding.ts";
import { type SuiteContext, serve } from "./fixtures.ts";
import { testLifecycle, testRefusals } from "./lifecycle.ts";
import { testBuckets, testMetrics } from "./metrics.ts";
import { testInterleavings } from "./model/interleavings.ts";
import { testNotes } from "./notes.ts";
import { testOrder } from "./order.ts";
import { testPauses } from "./pauses.ts";
import { testProposals } from "./proposals.ts";
import { testQuarantine, testQuarantineBounds } from "./quarantine.ts";
import { testRecovery } from "./recovery.ts";
import { testReleases } from "./releases.ts";
import { testReplaySteps } from "./replay_steps.ts";
import { testReplayBound, testReplays } from "./replays.ts";
import { testRetention } from "./retention.ts";
import { testFences, testSettling } from "./settling.ts";
import { testSubscriptions } from "./subscriptions.ts";
import { testUpkeep } from "./upkeep.ts";
import { testBacklog, testQueue } from "./waiting.ts";
import { testWalks } from "./walks.ts";

/** A store for one test. */
export interface OpenedStore {
  /** Empty: no events, no subscriptions, revision 0. The suite closes it. */
  store: EventStore;
  /** Moves its clock forward; required if `manualClock` is true. */
  advance?: (ms: number) => void | Promise<void>;
  /** Removes what the closed store leaves behind. */
  dispose?: () => Promise<void>;
}

/** How long closing a store, and removing what it leaves behind, may take, in milliseconds. */
const END_MS_MAX = 120_000;

/** Options for {@linkcode describeEventStore}. */
export interface EventStoreSuiteOptions {
  /** Opens a fresh store for one test. */
  open: () => Promise<OpenedStore>;
  /** Whether `open` returns `advance`; tests that need it are skipped otherwise. @default {true} */
  manualClock?: boolean;
}

/** Tests every promise of {@linkcode EventStore}; what is not tested here is not promised. */
export function describeEventStore(name: string, options: EventStoreSuiteOptions): void {
  const { open, manualClock = true } = options;
  let opened: OpenedStore | null = null;

  function current(): OpenedStore {
    if (!opened) throw new Error("Cannot use the store: no test is running");
    return opened;
  }

  const context: SuiteContext = {
    get store() {
      return current().store;
    },
    async advance(ms) {
      const { advance } = current();
      if (!advance) throw new Error("Cannot move the clock: open() gave no advance()");
      await advance(ms);
    },
    testWithClock(testName, body, timeoutMs) {
      if (manualClock) test(testName, body, timeoutMs);
      else test.skip(testName, body, timeoutMs);
    },
  };

  async function begin(): Promise<void> {
    opened = await open();
  }

  async function end(): Promise<void> {
    const done = current();
    opened = null;
    await done.store.close();
    await done.dispose?.();
  }

  describe(name, () => {
    describe("one store for each test", () => {
      beforeEach(begin);
      afterEach(end, END_MS_MAX);
      for (const [role, parts] of Object.entries(PARTS)) {
        describe(role, () => {
          if (WITH_SUBSCRIPTIONS.has(role)) beforeEach(() => serve(context.store));
          for (const part of parts) part(context);
        });
      }
    });

    // Opening a store takes longer than most tests, so tables of cases that do not disturb each other share one.
    describe("one store for all", () => {
      beforeAll(begin);
      afterAll(end, END_MS_MAX);
      for (const part of SHARING_PARTS) part(context);
    });
  });
}

type Part = (context: SuiteContext) => void;

/** What the suite checks, by role. */
const PARTS: Readonly<Record<string, readonly Part[]>> = {
  captures: [testCommits, testDedupe],
  upkeep: [testUpkeep],
  deliveries: [
    testClaims,
    testSettling,
    testRecovery,
    testDeliveries,
    testRetries,
    testQueue,
    testOrder,
    testInterleavings,
  ],
  subscriptions: [testSubscriptions, testPauses, testDeletion, testBacklog],
  events: [testLists, testWalks, testRetention],
  replays: [testReplays, testReplaySteps, testReplayBound],
  quarantine: [testQuarantine, testQuarantineBounds, testReleases],
  metrics: [testMetrics, testBuckets],
  bookkeeping: [testSecrets, testEnrolments],
  audit: [testAudit],
  failures: [testFailures],
  changes: [testChanges],
  notes: [testNotes],
  finding: [testFinding],
  "data keys": [testDataKeys],
  proposals: [testProposals],
  store: [testLifecycle],
};

/** Roles whose tests make deliveries due again: that is refused if there is no subscription of the name. */
const WITH_SUBSCRIPTIONS: ReadonlySet<string> = new Set(["deliveries", "replays", "failures"]);

const SHARING_PARTS: readonly Part[] = [
  testRefusals,
  testPairs,
  testBytes,
  testClaimBounds,
  testFences,
];
