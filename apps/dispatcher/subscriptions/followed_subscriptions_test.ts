import type { Subscription } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { sampleSubscription } from "../delivery/suite/sample_claimed.ts";
import type { StoredSubscription, SubscriptionSet } from "../store/contract/event_store.ts";
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
  const subscriptions = new FollowedSubscriptions({
    store: {
      subscriptions: async () => set,
      async publishSubscriptions(definitions) {
        published.push([...definitions]);
        return set;
      },
    },
    serve: (serving) => void served.push(serving.map(({ name }) => name)),
    storedTarget: (target) => (target.kind === "handler" ? { ...target, path: "stored" } : target),
  });
  return { subscriptions, served, published };
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

test("follow() takes over another revision, and take() no older one", async () => {
  const set: SubscriptionSet = { revision: 1, subscriptions: [] };
  const { subscriptions, served } = followed(set as never);
  await subscriptions.follow();
  await subscriptions.follow();
  expect(served).toHaveLength(1);
  subscriptions.take({ revision: 5, subscriptions: [stored(STREAM)] });
  // It was read before, and came later.
  subscriptions.take({ revision: 4, subscriptions: [] });
  expect(served).toEqual([[], ["stream"]]);
  expect(subscriptions.matching.revision).toBe(5);
});
