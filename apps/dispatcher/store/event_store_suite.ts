import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "@jest/globals";
import type { EventStore } from "./event_store.ts";
import { testBacklog } from "./suite/backlog.ts";
import { testBytes } from "./suite/bytes.ts";
import { testClaimBounds, testClaims } from "./suite/claims.ts";
import { testCommits } from "./suite/commits.ts";
import { testDedupe } from "./suite/dedupe.ts";
import { testDeliveries } from "./suite/deliveries.ts";
import { testEnrolments } from "./suite/enrolments.ts";
import type { SuiteContext } from "./suite/fixtures.ts";
import { testLifecycle } from "./suite/lifecycle.ts";
import { testLists } from "./suite/lists.ts";
import { testMetrics } from "./suite/metrics.ts";
import { testOrder } from "./suite/order.ts";
import { testOrderInterleavings } from "./suite/order_interleavings.ts";
import { testPairs } from "./suite/pairs.ts";
import { testPauses } from "./suite/pauses.ts";
import { testQuarantine, testQuarantineBounds } from "./suite/quarantine.ts";
import { testQueue } from "./suite/queue.ts";
import { testRecovery } from "./suite/recovery.ts";
import { testReleases } from "./suite/releases.ts";
import { testReplaySteps } from "./suite/replay_steps.ts";
import { testReplayBound, testReplays } from "./suite/replays.ts";
import { testRetention } from "./suite/retention.ts";
import { testRetries } from "./suite/retries.ts";
import { testSecrets } from "./suite/secrets.ts";
import { testFences, testSettling } from "./suite/settling.ts";
import { testSubscriptions } from "./suite/subscriptions.ts";
import { testWalks } from "./suite/walks.ts";

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

const SHARING_PARTS = [testPairs, testBytes, testClaimBounds, testFences];
