import { newId, type QuarantinedRequest } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  QUARANTINE_BYTES_MAX,
  QUARANTINE_REQUESTS_MAX,
  type QuarantinePage,
  type QuarantineQuery,
} from "../contract/quarantine.ts";
import { claimDue, newQuarantined, release, type SuiteContext } from "./fixtures.ts";

const MIB = 1024 * 1024;

/** `quarantine`, `listQuarantine`, `getQuarantined`. */
export function testQuarantine(context: SuiteContext): void {
  test("quarantine() keeps a request unchanged, to the byte", async () => {
    const { store } = context;
    const requests = [
      newQuarantined(),
      newQuarantined({ reason: "address_not_allowed", diagnosis: [], method: "GET", url: "" }),
      newQuarantined({ body: new Uint8Array(), headers: new Uint8Array() }),
      newQuarantined({ body: Uint8Array.from({ length: 300 }, (_, n) => n).subarray(7, 290) }),
      newQuarantined({ body: Buffer.alloc(MIB, "\0\xff"), diagnosis: ["$where", "é\u0000", "c"] }),
      newQuarantined({ source: "$ne", address: "a\u0000b", addressChain: "", url: "https://é/?a" }),
    ];
    const copies = requests.map(({ body, headers }) => [Buffer.from(body), Buffer.from(headers)]);
    expect(await store.quarantine(requests)).toBe(6);
    for (const [n, request] of requests.entries()) {
      const found = await store.getQuarantined(request.id);
      const { body, headers, ...rest } = request;
      expect(found).toEqual({ ...rest, body: expect.anything(), headers: expect.anything() });
      expect(found?.body).toBeInstanceOf(Uint8Array);
      expect(Buffer.from(found?.body ?? []).equals(copies[n]?.[0] ?? Buffer.of(1))).toBe(true);
      expect(Buffer.from(found?.headers ?? []).equals(copies[n]?.[1] ?? Buffer.of(1))).toBe(true);
      // The caller's bytes stay the caller's.
      expect(Buffer.from(body).equals(copies[n]?.[0] ?? Buffer.of(1))).toBe(true);
      expect(Buffer.from(headers).equals(copies[n]?.[1] ?? Buffer.of(1))).toBe(true);
    }
  });

  test("quarantine() of nothing keeps nothing", async () => {
    expect(await context.store.quarantine([])).toBe(0);
  });

  test("quarantine() dispatches nothing and counts as nothing received", async () => {
    const { store } = context;
    await store.quarantine([newQuarantined()]);
    expect(await claimDue(store)).toEqual([]);
    expect((await store.listEvents({ limit: 10 })).events).toEqual([]);
    expect((await store.metrics({ windowMs: 600_000 })).received).toBe(0);
    expect((await store.queueState()).size).toBe(0);
  });

  test("quarantine() keeps a request that comes again under its own id once, unchanged", async () => {
    const { store } = context;
    const first = newQuarantined({ body: "first" });
    const again = newQuarantined({ id: first.id, body: "again", source: "other" });
    expect(await store.quarantine([first, again])).toBe(1);
    expect(await store.quarantine([again, newQuarantined()])).toBe(1);
    const added = await Promise.all(
      Array.from({ length: 16 }, () => store.quarantine([first, newQuarantined({ source: "b" })])),
    );
    expect(added).toEqual(Array(16).fill(1));
    const found = await store.getQuarantined(first.id);
    expect(Buffer.from(found?.body ?? []).toString()).toBe("first");
    expect((await listAll({ limit: 100 })).length).toBe(18);
  });

  test("quarantine() of one request at once keeps it once", async () => {
    const { store } = context;
    const request = newQuarantined();
    const added = await Promise.all(Array.from({ length: 16 }, () => store.quarantine([request])));
    expect(added.sort()).toEqual([...Array(15).fill(0), 1]);
    expect(await listAll({ limit: 100 })).toHaveLength(1);
  });

  test("quarantine() keeps a request as not released, even if it claims to be", async () => {
    const { store } = context;
    const request = newQuarantined({ releasedAs: newId("evt") });
    await store.quarantine([request]);
    expect((await store.getQuarantined(request.id))?.releasedAs).toBeNull();
  });

  test("quarantine() leaves a released request released when it comes again", async () => {
    const { store } = context;
    const request = newQuarantined();
    await store.quarantine([request]);
    const released = await release(store, request);
    expect(await store.quarantine([request])).toBe(0);
    expect(await store.getQuarantined(request.id)).toMatchObject({
      releasedAs: (released as { eventId: string }).eventId,
    });
  });

  test.each(["", "nonsense", "evt_0123456789abcdef0123456789abcdef", "qtn_0123"])(
    "quarantine() refuses the id %j, and all that came with it",
    async (id) => {
      const { store } = context;
      const good = newQuarantined();
      const kept = Promise.resolve().then(() => store.quarantine([good, newQuarantined({ id })]));
      await expect(kept).rejects.toThrow(RangeError);
      expect(await store.getQuarantined(good.id)).toBeNull();
    },
  );

  test("getQuarantined() returns null for an unknown id", async () => {
    expect(await context.store.getQuarantined(newId("qtn"))).toBeNull();
    expect(await context.store.getQuarantined(newId("evt"))).toBeNull();
    expect(await context.store.getQuarantined("nonsense")).toBeNull();
    expect(await context.store.getQuarantined("")).toBeNull();
  });

  /** Follows the cursors to the end. */
  async function listAll(
    query: Omit<QuarantineQuery, "cursor">,
  ): Promise<QuarantinePage["requests"][number][]> {
    const found: QuarantinePage["requests"][number][] = [];
    let cursor: string | null = null;
    do {
      const asked: QuarantineQuery = cursor === null ? query : { ...query, cursor };
      const page = await context.store.listQuarantine(asked);
      expect(page.requests.length).toBeLessThanOrEqual(query.limit);
      found.push(...page.requests);
      cursor = page.cursor;
    } while (cursor !== null);
    return found;
  }

  const idsOf = (requests: readonly { id: string }[]) => requests.map(({ id }) => id);
  const newestFirst = (requests: readonly { id: string }[]) => idsOf(requests).sort().reverse();

  test("listQuarantine() of an empty store", async () => {
    const empty = { requests: [], cursor: null };
    expect(await context.store.listQuarantine({ limit: 50 })).toEqual(empty);
    expect(await context.store.listQuarantine({ limit: 1_000, source: "academy" })).toEqual(empty);
  });

  test("listQuarantine() shows a request without headers and body", async () => {
    const { store } = context;
    const request = newQuarantined({ body: "12345" });
    await store.quarantine([request]);
    const { headers, body, ...rest } = request;
    expect(await store.listQuarantine({ limit: 50 })).toEqual({
      requests: [{ ...rest, bodyBytes: body.length }],
      cursor: null,
    });
    expect(headers.length).toBeGreaterThan(0);
  });

  test("listQuarantine() in pages of any size shows all, once, newest first", async () => {
    const { store } = context;
    const requests = Array.from({ length: 8 }, () => newQuarantined());
    for (const n of [4, 0, 7, 2]) await store.quarantine(requests.slice(n, n + 1));
    await store.quarantine(requests);
    for (const limit of [1, 2, 3, 7, 8, 9]) {
      for (const filter of [
        {},
        { source: "academy" },
        { reason: "no_match" as const },
        { source: "academy", reason: "no_match" as const, includeReleased: true },
      ]) {
        expect(idsOf(await listAll({ ...filter, limit }))).toEqual(newestFirst(requests));
      }
    }
  });

  test("listQuarantine() continues where it was, though newer requests came between the pages", async () => {
    const { store } = context;
    const requests = Array.from({ length: 6 }, () => newQuarantined());
    await store.quarantine(requests);
    const first = await store.listQuarantine({ limit: 3 });
    await store.quarantine([newQuarantined()]);
    const second = await store.listQuarantine({ limit: 3, cursor: first.cursor ?? "" });
    expect(idsOf([...first.requests, ...second.requests])).toEqual(newestFirst(requests));
  });

  test("listQuarantine() refuses limits out of bounds and malformed cursors", async () => {
    const { store } = context;
    const list = (query: QuarantineQuery) =>
      Promise.resolve().then(() => store.listQuarantine(query));
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
      await expect(list({ limit })).rejects.toThrow(RangeError);
    }
    for (const cursor of ["", "nonsense", newId("evt")]) {
      await expect(list({ limit: 1, cursor })).rejects.toThrow(RangeError);
    }
  });

  test("listQuarantine() with each filter shows what matches, newest first", async () => {
    const { store } = context;
    const byName = new Map<string, QuarantinedRequest>([
      ["academy no_match", newQuarantined()],
      ["stripe stale", newQuarantined({ source: "stripe/eu", reason: "stale" })],
      ["academy stale", newQuarantined({ reason: "stale" })],
      ["stripe no_match", newQuarantined({ source: "stripe/eu" })],
      ["released academy no_match", newQuarantined()],
      ["released stripe stale", newQuarantined({ source: "stripe/eu", reason: "stale" })],
    ]);
    await store.quarantine([...byName.values()]);
    for (const [name, request] of byName) {
      if (name.startsWith("released")) await release(store, request);
    }
    const filters: [Omit<QuarantineQuery, "limit">, (name: string) => boolean][] = [
      [{}, () => true],
      [{ source: "academy" }, (name) => name.includes("academy")],
      [{ reason: "stale" }, (name) => name.includes("stale")],
      [{ source: "academy", reason: "stale" }, (name) => name.includes("academy stale")],
      [{ source: "stripe/eu", reason: "stale" }, (name) => name.includes("stripe stale")],
      [{ source: "stripe" }, () => false],
      [{ reason: "future" }, () => false],
    ];
    for (const [filter, matches] of filters) {
      for (const includeReleased of [undefined, false, true]) {
        const wanted = [...byName].filter(
          ([name]) => matches(name) && (includeReleased || !name.startsWith("released")),
        );
        const query = includeReleased === undefined ? filter : { ...filter, includeReleased };
        for (const limit of [1, 50]) {
          expect(idsOf(await listAll({ ...query, limit }))).toEqual(
            newestFirst(wanted.map(([, request]) => request)),
          );
        }
      }
    }
  });

  test("listQuarantine() finds the few among many, in bounded steps", async () => {
    const { store } = context;
    const [first, last] = [
      newQuarantined({ reason: "stale" }),
      newQuarantined({ reason: "stale" }),
    ];
    const many = Array.from({ length: 1_200 }, () => newQuarantined());
    await store.quarantine([first, ...many.slice(0, 600)]);
    await store.quarantine([...many.slice(600), last]);
    const query = { source: "academy", reason: "stale" as const };
    const wanted = newestFirst([first, last]);
    expect(idsOf(await listAll({ ...query, limit: 10 }))).toEqual(wanted);
    expect(idsOf(await listAll({ ...query, limit: 1 }))).toEqual(wanted);
    expect(idsOf(await listAll({ reason: "stale", limit: 10 }))).toEqual(wanted);
    expect(await listAll({ limit: 500 })).toHaveLength(1_202);
  });
}

/** `quarantine`, `pruneQuarantine`: the bounds of each source. */
export function testQuarantineBounds(context: SuiteContext): void {
  const isKept = async (request: QuarantinedRequest) =>
    (await context.store.getQuarantined(request.id)) !== null;

  const ofSize = (size: number, part: Partial<QuarantinedRequest> = {}) =>
    newQuarantined({ ...part, headers: new Uint8Array(), body: Buffer.alloc(size, 7) });

  /** Two of another source, older than everything else. */
  async function keepBystanders(): Promise<QuarantinedRequest[]> {
    const bystanders = [1, 2].map(() => newQuarantined({ source: "quiet" }));
    await context.store.quarantine(bystanders);
    return bystanders;
  }

  test("quarantine() past a source's count removes its own oldest, no other's", async () => {
    const { store } = context;
    const bystanders = await keepBystanders();
    const late = newQuarantined();
    const requests = Array.from({ length: QUARANTINE_REQUESTS_MAX }, () =>
      newQuarantined({ body: "x", diagnosis: [] }),
    );
    for (let n = 0; n < requests.length; n += 2_000) {
      expect(await store.quarantine(requests.slice(n, n + 2_000))).toBe(2_000);
    }
    const [released, second, third, fourth] = requests;
    if (!released || !second || !third || !fourth) throw new Error("Cannot happen");
    expect(await isKept(released)).toBe(true);
    // A released one is removed like any other.
    await release(store, released);
    const three = [1, 2, 3].map(() => newQuarantined());
    expect(await store.quarantine(three)).toBe(3);
    expect(await Promise.all([released, second, third, fourth].map(isKept))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(await Promise.all([...three, ...bystanders].map(isKept))).toEqual(Array(5).fill(true));
    // Older than all others, so it is removed itself.
    expect(await store.quarantine([late])).toBe(0);
    expect(await isKept(late)).toBe(false);
    expect(await isKept(fourth)).toBe(true);
    // Under its own id again, nothing is removed.
    expect(await store.quarantine(three)).toBe(0);
    expect(await isKept(fourth)).toBe(true);
    // Another source has room of its own.
    expect(await store.quarantine([newQuarantined({ source: "quiet" })])).toBe(1);
    expect(await isKept(fourth)).toBe(true);
  }, 180_000);

  test("quarantine() past a source's bytes removes its own oldest, no other's", async () => {
    const { store } = context;
    const bystanders = await keepBystanders();
    const [first, ...large] = Array.from({ length: 8 }, () => ofSize(QUARANTINE_BYTES_MAX / 8));
    if (!first) throw new Error("Cannot happen");
    for (const request of [first, ...large]) expect(await store.quarantine([request])).toBe(1);
    expect(await Promise.all([first, ...large].map(isKept))).toEqual(Array(8).fill(true));
    const [empty, headers] = [
      ofSize(0),
      newQuarantined({ headers: Buffer.from("h"), body: new Uint8Array() }),
    ];
    expect(await store.quarantine([empty])).toBe(1);
    expect(await isKept(first)).toBe(true);
    // Headers count as the body does.
    expect(await store.quarantine([headers])).toBe(1);
    expect(await isKept(first)).toBe(false);
    expect(await Promise.all([...large, empty, headers, ...bystanders].map(isKept))).toEqual(
      Array(11).fill(true),
    );
    // What gave way has left its room.
    expect(await store.quarantine([ofSize(QUARANTINE_BYTES_MAX / 8 - 1)])).toBe(1);
    expect(await Promise.all(large.map(isKept))).toEqual(Array(7).fill(true));
  }, 180_000);

  test("quarantine() past a source's bytes removes the oldest of the address that holds the most", async () => {
    const { store } = context;
    // What an operator looks for: older than the flood, from the provider's own address.
    const evidence = [1, 2].map(() => newQuarantined({ address: "203.0.113.7" }));
    await store.quarantine(evidence);
    const flood = Array.from({ length: 9 }, (_, n) =>
      ofSize(QUARANTINE_BYTES_MAX / 8, { address: n % 2 ? "2001:db8::1" : "2001:db8::2" }),
    );
    for (const request of flood) expect(await store.quarantine([request])).toBe(1);
    expect(await Promise.all(evidence.map(isKept))).toEqual([true, true]);
    expect(await Promise.all(flood.map(isKept))).toEqual([false, false, ...Array(7).fill(true)]);
    // Another address adds to its own share only.
    const third = ofSize(QUARANTINE_BYTES_MAX / 8, { address: "198.51.100.9" });
    expect(await store.quarantine([third])).toBe(1);
    expect(await Promise.all([...evidence, third].map(isKept))).toEqual([true, true, true]);
    expect(await Promise.all(flood.map(isKept))).toEqual([
      ...Array(3).fill(false),
      ...Array(6).fill(true),
    ]);
  }, 180_000);

  test("quarantine() past a source's count removes the oldest of the address that holds the most", async () => {
    const { store } = context;
    const evidence = [1, 2].map(() => newQuarantined({ address: "203.0.113.7" }));
    await store.quarantine(evidence);
    const address = "198.51.100.9";
    const [first, second] = [newQuarantined({ address }), newQuarantined({ address })];
    await store.quarantine([first, second]);
    for (let left = QUARANTINE_REQUESTS_MAX - 3; left > 0; left -= 2_000) {
      const count = Math.min(left, 2_000);
      const many = Array.from({ length: count }, () =>
        newQuarantined({ address, body: "x", diagnosis: [] }),
      );
      await store.quarantine(many);
    }
    expect(await Promise.all([...evidence, first, second].map(isKept))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  }, 180_000);

  test("quarantine() of one large request removes many small ones", async () => {
    const { store } = context;
    const small = Array.from({ length: 1_024 }, () => ofSize(QUARANTINE_BYTES_MAX / 8 / 1_024));
    const large = Array.from({ length: 8 }, () => ofSize(QUARANTINE_BYTES_MAX / 8));
    await store.quarantine(small);
    for (const request of large.slice(1)) await store.quarantine([request]);
    expect(await store.listQuarantine({ limit: 1_000 })).toMatchObject({
      cursor: expect.any(String),
    });
    expect(await store.quarantine(large.slice(0, 1))).toBe(1);
    const { requests, cursor } = await store.listQuarantine({ limit: 1_000 });
    expect(requests.map(({ id }) => id)).toEqual(large.map(({ id }) => id).reverse());
    expect(cursor).toBeNull();
  }, 180_000);

  test("quarantine() does not keep a request larger than all the room, and removes nothing for it", async () => {
    const { store } = context;
    const request = newQuarantined();
    const huge = ofSize(QUARANTINE_BYTES_MAX + 1);
    const other = newQuarantined();
    expect(await store.quarantine([request, huge, other])).toBe(2);
    expect(await Promise.all([request, huge, other].map(isKept))).toEqual([true, false, true]);
  });

  test("pruneQuarantine() removes what was received before, and nothing else", async () => {
    const { store } = context;
    const requests = [999, 1_000, 1_001].flatMap((receivedAt) =>
      ["academy", "stripe/eu"].map((source) => newQuarantined({ source, receivedAt })),
    );
    await store.quarantine(requests);
    const [released] = requests;
    if (released) await release(store, released);
    expect(await store.pruneQuarantine({ receivedBefore: 999 })).toBe(0);
    expect(await store.pruneQuarantine({ receivedBefore: 1_000 })).toBe(2);
    expect(await Promise.all(requests.map(isKept))).toEqual([false, false, true, true, true, true]);
    expect(await store.pruneQuarantine({ receivedBefore: 1_000 })).toBe(0);
    expect(await store.pruneQuarantine({ receivedBefore: 2_000 })).toBe(4);
    expect(await store.listQuarantine({ limit: 10, includeReleased: true })).toEqual({
      requests: [],
      cursor: null,
    });
    // The event stays.
    expect((await store.listEvents({ limit: 10 })).events).toHaveLength(1);
  });

  test("pruneQuarantine() removes many, and frees their room", async () => {
    const { store } = context;
    const old = Array.from({ length: 1_100 }, () => newQuarantined({ receivedAt: 1_000 }));
    const large = ofSize(QUARANTINE_BYTES_MAX / 8, { receivedAt: 1_000 });
    await store.quarantine([...old, large]);
    const young = newQuarantined();
    await store.quarantine([young]);
    expect(await store.pruneQuarantine({ receivedBefore: 1_001 })).toBe(1_101);
    const refill = Array.from({ length: 7 }, () => ofSize(QUARANTINE_BYTES_MAX / 8));
    for (const request of refill) await store.quarantine([request]);
    expect(await Promise.all([young, ...refill].map(isKept))).toEqual(Array(8).fill(true));
  }, 180_000);
}
