import { expect, test } from "@jest/globals";
import type { MongoContext } from "./context.ts";
import { reclaim } from "./recovery.ts";
import { ClaimsUnderWay } from "./transactions/claims_under_way.ts";

/** A store in which one delivery runs under `token` and is found once `claimed` has resolved. */
function contextWith(token: string, claimed: () => Promise<void>) {
  let running = [{ _id: "dlv_1", claim: { dispatcherId: "one", token } }];
  const writes: unknown[] = [];
  const claimsUnderWay = new ClaimsUnderWay();
  const deliveries = {
    find(filter: { "claim.token"?: { $nin?: string[] } }) {
      const leftOut = filter["claim.token"]?.$nin ?? [];
      const toArray = async () => {
        await claimed();
        return running.filter(({ claim }) => !leftOut.includes(claim.token));
      };
      const same = () => found;
      const found = { limit: same, batchSize: same, maxTimeMS: same, toArray };
      return found;
    },
    async bulkWrite(operations: unknown[]) {
      writes.push(...operations);
      running = [];
      return { modifiedCount: operations.length };
    },
  };
  const clock = { now: () => 1, refresh: async () => {} };
  const context = { collections: { deliveries }, claimsUnderWay, clock };
  return { context: context as unknown as MongoContext, claimsUnderWay, writes };
}

const { signal } = new AbortController();

test("reclaim() leaves alone what was claimed by a call that began and ended in the meantime", async () => {
  const { context, claimsUnderWay, writes } = contextWith("new", () =>
    claimsUnderWay.during(["new"], async () => {}),
  );
  const options = { dispatcherId: "one", liveTokens: new Set<string>() };
  expect(await reclaim(context, options, { signal })).toBe(0);
  expect(writes).toEqual([]);
});

test("reclaim() leaves alone what an earlier call is still claiming", async () => {
  const { context, claimsUnderWay, writes } = contextWith("old", async () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  const call = claimsUnderWay.during(["old"], () => promise);
  const options = { dispatcherId: "one", liveTokens: new Set<string>() };
  expect(await reclaim(context, options, { signal })).toBe(0);
  resolve();
  await call;
  expect(writes).toEqual([]);
});

test("reclaim() puts back what no call claims", async () => {
  const { context, writes } = contextWith("lost", async () => {});
  const options = { dispatcherId: "one", liveTokens: new Set<string>() };
  expect(await reclaim(context, options, { signal })).toBe(1);
  expect(writes).toHaveLength(1);
});
