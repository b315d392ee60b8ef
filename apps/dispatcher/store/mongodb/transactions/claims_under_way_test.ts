import { expect, test } from "@jest/globals";
import { ClaimsUnderWay } from "./claims_under_way.ts";

test("ClaimsUnderWay tells a watcher the current tokens and every new one", async () => {
  const claims = new ClaimsUnderWay();
  const before = Promise.withResolvers<void>();
  const ended = claims.during(["ended"], async () => {});
  await ended;
  const call = claims.during(["before", "before"], () => before.promise);
  await claims.watch(async (tokens) => {
    expect([...tokens]).toEqual(["before"]);
    before.resolve();
    await call;
    await claims.during(["later"], async () => {});
    // Both have ended, but their deliveries may be found only now.
    expect([...tokens].sort()).toEqual(["before", "later"]);
  });
  await claims.watch(async (tokens) => expect([...tokens]).toEqual([]));
});

test("ClaimsUnderWay keeps a token until the last call under it has ended", async () => {
  const claims = new ClaimsUnderWay();
  const first = Promise.withResolvers<void>();
  const call = claims.during(["same"], () => first.promise);
  await claims.during(["same"], async () => {});
  await claims.watch(async (tokens) => expect([...tokens]).toEqual(["same"]));
  first.resolve();
  await call;
  await claims.watch(async (tokens) => expect([...tokens]).toEqual([]));
});

test("ClaimsUnderWay forgets a call that failed", async () => {
  const claims = new ClaimsUnderWay();
  const failed = claims.during(["lost"], () => Promise.reject(new Error("gone")));
  await expect(failed).rejects.toThrow("gone");
  await claims.watch(async (tokens) => expect([...tokens]).toEqual([]));
});
