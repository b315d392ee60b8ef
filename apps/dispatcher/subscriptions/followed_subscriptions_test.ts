import type { Subscription } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { StoredSubscription, SubscriptionSet } from "../store/contract/subscriptions.ts";
import { sampleSubscription } from "../suite/sample_claimed.ts";
import { FollowedSubscriptions } from "./followed_subscriptions.ts";

const STREAM = sampleSubscription({ name: "stream", target: { kind: "stream" } });
const OWN = sampleSubscription({ name: "own", target: { kind: "handler", path: "/own.ts" } });
const OTHERS = sampleSubscription({ name: "others", target: { kind: "handler", path: "/o.ts" } });

function stored(definition: Subscription, paused: StoredSubscription["paused"] = null) {
  return { definition, origin: "configuration", paused } satisfies StoredSubscription;
}

/** A set whose store has what the test says. */
function followed(set: { revision: number; subscriptions: StoredSubscription[] }) {
  const served: string[][] = [];
  const published: Subscription[][] = [];
  const dropped: string[][] = [];
  const subscriptions = new FollowedSubscriptions({
    store: {
      changedSubscriptions: async (known) => (set.revision === known ? null : set),
      async publishSubscriptions(definitions) {
        published.push([...definitions]);
        return set;
      },
    },
    drop: (names) => void dropped.push([...names]),
    serve: (serving) => void served.push(serving.map(({ name }) => name)),
    storedTarget: (target) => (target.kind === "handler" ? { ...target, path: "stored" } : target),
  });
  return { subscriptions, served, published, dropped };
}

test("what is served is what is in the set and the own configuration, and every stream", async () => {
  const set = { revision: 3, subscriptions: [OWN, OTHERS, STREAM].map((one) => stored(one)) };
  const { subscriptions, served, published } = followed(set);
  await subscriptions.publish([OWN]);
  expect(served).toEqual([["own", "stream"]]);
  expect(published[0]?.[0]?.target).toEqual({ kind: "handler", path: "stored" });
  expect(subscriptions.matching.revision).toBe(3);
  expect(subscriptions.subscriptions).toBe(set.subscriptions);
});

test("what is paused is not served", async () => {
  const pause = { by: "operator", reason: "", at: 1 } as const;
  const { subscriptions, served } = followed({
    revision: 1,
    subscriptions: [stored(OWN, pause), stored(STREAM, pause)],
  });
  await subscriptions.publish([OWN]);
  expect(served).toEqual([[]]);
});

test("follow() adopts another revision, and adopt() no older one", async () => {
  const set: SubscriptionSet = { revision: 1, subscriptions: [] };
  const { subscriptions, served } = followed(set as never);
  await subscriptions.follow();
  await subscriptions.follow();
  expect(served).toHaveLength(1);
  subscriptions.adopt({ revision: 5, subscriptions: [stored(STREAM)] });
  // It was read before, and came later.
  subscriptions.adopt({ revision: 4, subscriptions: [] });
  expect(served).toEqual([[], ["stream"]]);
  expect(subscriptions.matching.revision).toBe(5);
});

test("follow() fails where the store was emptied or restored while in use, and works again once it is not", async () => {
  const set = { revision: 3, subscriptions: [stored(STREAM)] };
  const { subscriptions, served } = followed(set);
  await subscriptions.follow();
  set.revision = 0;
  await expect(subscriptions.follow()).rejects.toThrow(
    "the store was emptied, or restored from a backup, while in use; restart every dispatcher",
  );
  expect(subscriptions.matching.revision).toBe(3);
  set.revision = 4;
  await subscriptions.follow();
  expect(served).toHaveLength(2);
});

test("adopt() drops what is being deleted, or is gone, and nothing that is paused otherwise", () => {
  const { subscriptions, dropped } = followed({ revision: 0, subscriptions: [] });
  subscriptions.adopt({ revision: 1, subscriptions: [OWN, STREAM].map((one) => stored(one)) });
  const paused = stored(OWN, { by: "configuration", reason: "", at: 1 });
  const deleted = stored(STREAM, { by: "deletion", reason: "", at: 1 });
  subscriptions.adopt({ revision: 2, subscriptions: [paused, stored(STREAM)] });
  expect(dropped).toEqual([]);
  subscriptions.adopt({ revision: 3, subscriptions: [paused, deleted] });
  subscriptions.adopt({ revision: 4, subscriptions: [] });
  expect(dropped).toEqual([["stream"], ["own", "stream"]]);
});

/** A handler that only its path tells apart: which configuration is served shows in it. */
function versionOf(name: string, version: number): Subscription {
  return sampleSubscription({ name, target: { kind: "handler", path: `/${version}.ts` } });
}

const sameTarget: Subscription["target"] = { kind: "handler", path: "stored" };

/** A store whose answers come when the test lets them: what they say was read when the call reached the store. */
function slowStore() {
  let set: SubscriptionSet = { revision: 0, subscriptions: [] };
  const answers: (() => void)[] = [];
  const change = (definitions: readonly Subscription[]) => {
    set = { revision: set.revision + 1, subscriptions: definitions.map((one) => stored(one)) };
    return set;
  };
  function answerLater<T>(value: T): Promise<T> {
    return new Promise((resolve) => answers.push(() => resolve(value)));
  }
  return {
    store: {
      changedSubscriptions: (known: number) => answerLater(set.revision === known ? null : set),
      publishSubscriptions: (definitions: readonly Subscription[]) =>
        answerLater(change(definitions)),
    },
    /** Another dispatcher pauses everything, or resumes it. */
    touch: () => change(set.subscriptions.map(({ definition }) => definition)),
    get set() {
      return set;
    },
    /** Sends the answer that is `at` in the queue. */
    async answer(at: number) {
      answers.splice(at % Math.max(1, answers.length), 1)[0]?.();
      await new Promise(setImmediate);
    },
    get pending() {
      return answers.length;
    },
  };
}

test("publish() serves its configuration even if a newer revision is adopted while it waits", async () => {
  const { store, touch, answer } = slowStore();
  let served: readonly Subscription[] = [];
  const subscriptions = new FollowedSubscriptions({
    store,
    drop: () => {},
    serve: (serving) => {
      served = serving;
    },
    storedTarget: () => sameTarget,
  });
  const publishing = subscriptions.publish([versionOf("new", 1)]);
  await new Promise(setImmediate);
  subscriptions.adopt(touch());
  await answer(0);
  await publishing;
  expect(served.map(({ target }) => target)).toEqual([{ kind: "handler", path: "/1.ts" }]);
});

test("any interleaving of publish(), follow() and adopt() ends with the newest set and the last configuration", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("publish" as const), names: fc.subarray(["a", "b", "c"]) }),
    fc.record({ kind: fc.constantFrom("follow" as const, "touch" as const, "adopt" as const) }),
    fc.record({ kind: fc.constant("answer" as const), at: fc.nat(5) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const slow = slowStore();
      let served: readonly Subscription[] = [];
      let configured: readonly Subscription[] = [];
      const work: Promise<void>[] = [];
      const known: SubscriptionSet[] = [slow.set];
      const subscriptions = new FollowedSubscriptions({
        store: slow.store,
        drop: () => {},
        serve: (serving) => {
          served = serving;
        },
        storedTarget: () => sameTarget,
      });
      for (const [at, one] of steps.entries()) {
        if (one.kind === "publish") {
          configured = one.names.map((name) => versionOf(name, at));
          work.push(subscriptions.publish(configured));
        }
        if (one.kind === "follow") work.push(subscriptions.follow());
        if (one.kind === "touch") known.push(slow.touch());
        if (one.kind === "adopt") subscriptions.adopt(known[at % known.length] ?? slow.set);
        if (one.kind === "answer") await slow.answer(one.at);
        await new Promise(setImmediate);
      }
      while (slow.pending > 0) await slow.answer(0);
      await Promise.all(work);
      const following = subscriptions.follow();
      await slow.answer(0);
      await following;
      expect(subscriptions.matching.revision).toBe(slow.set.revision);
      const names = new Set(slow.set.subscriptions.map(({ definition }) => definition.name));
      const expected = configured.filter(({ name }) => names.has(name));
      const targets = (of: readonly Subscription[]) =>
        Object.fromEntries(of.map(({ name, target }) => [name, target]));
      expect(targets(served)).toEqual(targets(expected));
    }),
    { numRuns: 300 },
  );
});
