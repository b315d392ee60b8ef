import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "@jest/globals";
import type { EventStore } from "../contract/event_store.ts";
import { testBacklog } from "./backlog.ts";
import { testBytes } from "./bytes.ts";
import { testClaimBounds, testClaims } from "./claims.ts";
import { testCommits } from "./commits.ts";
import { testDedupe } from "./dedupe.ts";
import { testDeliveries } from "./deliveries.ts";
import { testEnrolments } from "./enrolments.ts";
import type { SuiteContext } from "./fixtures.ts";
import { testLifecycle } from "./lifecycle.ts";
import { testLists } from "./lists.ts";
import { testMetrics } from "./metrics.ts";
import { testOrder } from "./order.ts";
import { testOrderInterleavings } from "./order_interleavings.ts";
import { testPairs } from "./pairs.ts";
import { testPauses } from "./pauses.ts";
import { testQuarantine, testQuarantineBounds } from "./quarantine.ts";
import { testQueue } from "./queue.ts";
import { testRecovery } from "./recovery.ts";
import { testRefusals } from "./refusals.ts";
import { testReleases } from "./releases.ts";
import { testReplaySteps } from "./replay_steps.ts";
import { testReplayBound, testReplays } from "./replays.ts";
import { testRetention } from "./retention.ts";
import { testRetries } from "./retries.ts";
import { testSecrets } from "./secrets.ts";
import { testFences, testSettling } from "./settling.ts";
import { testSubscriptions } from "./subscriptions.ts";
import { testWalks } from "./walks.ts";

/** A store for one test. */
export interface OpenedStore {
  /** Empty: no events, no subscriptions, revision 0. The suite closes it. */
  store: EventStore;
  /** Moves its clock forward; needed where `manualClock` is true. */
  advance?: (ms: number) => void | Promise<void>;
  /** Removes what the closed store leaves behind. */
  dispose?: () => Promise<void>;
}

/** Options for {@linkcode describeEventStore}. */
export interface EventStoreSuiteOptions {
  /** Opens a fresh store for one test. */
  open: () => Promise<OpenedStore>;
  /** Whether `open` gives `advance`; tests that need it are left out otherwise. @default {true} */
  manualClock?: boolean;
}

/** Holds a store to every sentence of {@linkcode EventStore}: what is not tested here is not promised. */
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
    testWithClock(testName, body) {
      if (manualClock) test(testName, body);
      else test.skip(testName, body);
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
      afterEach(end);
      for (const part of PARTS) part(context);
    });

    // Opening a store takes longer than most tests: tables whose rows keep out of each other's way share one.
    describe("one store for all", () => {
      beforeAll(begin);
      afterAll(end);
      for (const part of SHARING_PARTS) part(context);
    });
  });
}

const PARTS = [
  testCommits,
  testDedupe,
  testClaims,
  testSettling,
  testRecovery,
  testRetries,
  testQueue,
  testOrder,
  testOrderInterleavings,
  testReplaySteps,
  testReplays,
  testReplayBound,
  testSubscriptions,
  testPauses,
  testBacklog,
  testLists,
  testWalks,
  testDeliveries,
  testMetrics,
  testRetention,
  testQuarantine,
  testQuarantineBounds,
  testReleases,
  testSecrets,
  testEnrolments,
  testLifecycle,
];

const SHARING_PARTS = [testRefusals, testPairs, testBytes, testClaimBounds, testFences];
