import type { Subscription } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newSubscription, type SuiteContext } from "./fixtures.ts";

/** `subscriptions`, `publishSubscriptions`: the stored set and its revision. */
export function testSubscriptions(context: SuiteContext): void {
  const mail = newSubscription("mail");
  const origin = "configuration";
  const crm = newSubscription("crm", { events: ["payment.*", "course.enrolled"], concurrency: 3 });

  test("subscriptions() of an empty store", async () => {
    expect(await context.store.subscriptions()).toEqual({ revision: 0, subscriptions: [] });
  });

  test("publishSubscriptions() writes the next revision, by name", async () => {
    const { store } = context;
    const expected = {
      revision: 1,
      subscriptions: [
        { definition: crm, origin, paused: null },
        { definition: mail, origin, paused: null },
      ],
    };
    expect(await store.publishSubscriptions([mail, crm])).toEqual(expected);
    expect(await store.subscriptions()).toEqual(expected);
    expect(await store.changedSubscriptions(expected.revision)).toBeNull();
    expect(await store.changedSubscriptions(expected.revision - 1)).toEqual(expected);
  });

  test("publishSubscriptions() of the same set changes nothing, in any order", async () => {
    const { store } = context;
    const first = await store.publishSubscriptions([mail, crm]);
    expect(await store.publishSubscriptions([mail, crm])).toEqual(first);
    expect(await store.publishSubscriptions([crm, mail])).toEqual(first);
    const shuffled = Object.fromEntries(Object.entries(mail).reverse()) as unknown as typeof mail;
    expect(await store.publishSubscriptions([crm, shuffled])).toEqual(first);
  });

  test("publishSubscriptions() of no subscriptions leaves an empty store unchanged", async () => {
    expect(await context.store.publishSubscriptions([])).toEqual({
      revision: 0,
      subscriptions: [],
    });
  });

  test("publishSubscriptions() writes the next revision for each change of a definition", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail, crm]);
    const changes: Partial<Subscription>[] = [
      { events: ["*", "x"] },
      { events: ["course.enrolled", "payment.*"] },
      { target: { kind: "handler", path: "/elsewhere.ts" } },
      { retry: { name: "fast", delaysMs: [1_000, 2_000, 4_001], jitter: 0 } },
      { retry: { name: "fast", delaysMs: [1_000, 2_000, 4_001], jitter: 0.2 } },
      { timeoutMs: 29_999 },
      { concurrency: 4 },
      { sources: ["stripe/*"] },
      { where: [{ pointer: "/data/amount", test: "gte", value: 100 }] },
      { orderBy: "/data/id" },
      { target: { kind: "stream" } },
      { backlog: { deliveriesMax: 5, bytesMax: 1_000, ageMsMax: 60_000 } },
    ];
    let revision = 1;
    for (const change of changes) {
      const definition = { ...crm, ...change };
      revision += 1;
      expect(await store.publishSubscriptions([mail, definition])).toEqual({
        revision,
        subscriptions: [
          { definition, origin, paused: null },
          { definition: mail, origin, paused: null },
        ],
      });
    }
  });

  test("publishSubscriptions() keeps a missing one, paused, until it returns", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail, crm]);
    const without = {
      revision: 2,
      subscriptions: [
        {
          definition: crm,
          origin,
          paused: { by: "configuration", reason: "", at: expect.any(Number) },
        },
        { definition: mail, origin, paused: null },
      ],
    };
    expect(await store.publishSubscriptions([mail])).toEqual(without);
    expect(await store.publishSubscriptions([mail])).toEqual(without);
    expect(await store.publishSubscriptions([crm, mail])).toEqual({
      revision: 3,
      subscriptions: [
        { definition: crm, origin, paused: null },
        { definition: mail, origin, paused: null },
      ],
    });
  });

  test("publishSubscriptions() by many at once: one revision for each change", async () => {
    const { store } = context;
    const sets = await Promise.all(
      Array.from({ length: 8 }, () => store.publishSubscriptions([mail])),
    );
    expect(sets.map(({ revision }) => revision)).toEqual(Array(8).fill(1));
  });
}
