import { generateKeyPairSync } from "node:crypto";
import type { Fetched } from "@hookgate/outbound";
import { expect, test } from "@jest/globals";
import { keptLog } from "../suite/kept_log.ts";
import { KeySets } from "./key_sets.ts";

const URL_TEXT = "https://id.example.com/jwks";
const JWK = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });

/** A key set with keys of these names. */
const set = (...kids: string[]) => JSON.stringify({ keys: kids.map((kid) => ({ ...JWK, kid })) });

/** Key sets with a fetch that the test answers. */
function start() {
  const fetches: PromiseWithResolvers<Fetched>[] = [];
  const { log, lines } = keptLog();
  const time = { now: 1_000 };
  const keySets = new KeySets({
    fetch(url, bounds) {
      expect([url, bounds]).toEqual([URL_TEXT, { timeoutMs: 1_000, bytesMax: 65_536 }]);
      const answer = Promise.withResolvers<Fetched>();
      fetches.push(answer);
      return answer.promise;
    },
    log,
    monotonic: () => time.now,
  });
  const get = (kid: string, options: { timeoutMs?: number; refused?: string } = {}) =>
    keySets.get(URL_TEXT, { kid, timeoutMs: 1_000, ...options });
  const answer = (text: string, status = 200) =>
    fetches.at(-1)?.resolve({ status, body: Buffer.from(text) });
  return { get, fetches, answer, time, lines };
}

test("KeySets fetches a set once, for all who wait and for every key in it", async () => {
  const { get, fetches, answer } = start();
  const waiting = [get("a"), get("b"), get("a")];
  answer(set("a", "b"));
  expect(await Promise.all(waiting)).toEqual(Array(3).fill(set("a", "b")));
  expect(await get("b", { timeoutMs: 0 })).toBe(set("a", "b"));
  expect(fetches).toHaveLength(1);
});

test("KeySets finds a new key within a second, whatever names a forger makes up", async () => {
  const { get, fetches, answer, time } = start();
  const first = get("old");
  answer(set("old"));
  await first;
  for (let forged = 0; forged < 500; forged += 1) {
    time.now += 20;
    const asked = get(`forged-${forged}`);
    answer(set("old"));
    // It has no such key, and is no older than a second: the name is not genuine.
    expect(await asked).toBe(set("old"));
  }
  expect(fetches.length).toBeLessThanOrEqual(11);
  time.now += 1_000;
  const genuine = get("new");
  answer(set("old", "new"));
  expect(await genuine).toBe(set("old", "new"));
});

test.each<[string, number, string]>([
  ["an error", 500, set("a")],
  ["a redirect", 302, set("a")],
  ["something else", 200, "<html>"],
  ["JSON that is no key set", 200, '{"keys":{}}'],
  ["null", 200, "null"],
])(
  "KeySets has none if the answer is %s, and asks again after a second",
  async (_, status, text) => {
    const { get, fetches, answer, time, lines } = start();
    const first = get("a");
    answer(text, status);
    expect(await first).toBeNull();
    time.now += 999;
    expect(await get("a")).toBeNull();
    expect(fetches).toHaveLength(1);
    time.now += 1;
    const again = get("a");
    answer(set("a"));
    expect(await again).toBe(set("a"));
    const msg = "cannot fetch a key set, known keys still count";
    expect(lines).toMatchObject([{ level: "warn", msg, url: URL_TEXT }]);
  },
);

test("KeySets keeps known keys while the host cannot be reached, and is sure of no others", async () => {
  const { get, answer, fetches, time } = start();
  const first = get("a");
  answer(set("a"));
  await first;
  time.now += 24 * 3_600_000;
  const other = get("b");
  fetches.at(-1)?.reject(new Error("no route"));
  expect(await other).toBeNull();
  expect(await get("a")).toBe(set("a"));
  // Not even from the set that was fetched before.
  expect(await get("b")).toBeNull();
});

test("KeySets refreshes a set after an hour in the background, so that withdrawn keys go", async () => {
  const { get, answer, fetches, time } = start();
  const first = get("a");
  answer(set("a", "withdrawn"));
  await first;
  time.now += 3_600_000;
  expect(await get("a", { timeoutMs: 0 })).toBe(set("a", "withdrawn"));
  expect(fetches).toHaveLength(2);
  answer(set("a"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await get("a", { timeoutMs: 0 })).toBe(set("a"));
  expect(await get("withdrawn")).toBe(set("a"));
});

test("KeySets answers in time, and keeps what comes later", async () => {
  const { get, answer, fetches } = start();
  expect(await get("a", { timeoutMs: 5 })).toBeNull();
  expect(await get("a", { timeoutMs: 0 })).toBeNull();
  expect(fetches).toHaveLength(1);
  const waiting = get("a");
  answer(set("a"));
  expect(await waiting).toBe(set("a"));
});

test("KeySets fetches one again whose key has refused a request, but not if it was just fetched", async () => {
  const { get, fetches, answer, time } = start();
  const first = get("a");
  answer(set("a"));
  await first;
  const refused = set("a");
  time.now += 999;
  expect(await get("a", { refused })).toBe(refused);
  expect(fetches).toHaveLength(1);
  for (let forged = 0; forged < 500; forged += 1) {
    time.now += 20;
    const asked = get("a", { refused });
    answer(refused);
    expect(await asked).toBe(refused);
  }
  expect(fetches.length).toBeLessThanOrEqual(12);
  time.now += 1_000;
  const genuine = get("a", { refused });
  answer(set("a", "b"));
  expect(await genuine).toBe(set("a", "b"));
  expect(await get("a", { refused, timeoutMs: 0 })).toBe(set("a", "b"));
});

test.each([
  ["the host is away", "", 500],
  ["the answer is no key set", "<html>", 200],
  ["no key of the answer can be read", '{"keys":[{"kid":"a","kty":"RSA"}]}', 200],
])(
  "KeySets leaves it open whether there are newer keys while %s, and keeps those it has",
  async (_, text, status) => {
    const { get, answer, time } = start();
    const first = get("a");
    answer(set("a"));
    await first;
    time.now += 1_000;
    const asked = get("a", { refused: set("a") });
    answer(text, status);
    expect(await asked).toBeNull();
    expect(await get("a")).toBe(set("a"));
    expect(await get("b")).toBeNull();
  },
);

test("KeySets takes it that a sender withdraws all its keys", async () => {
  const { get, answer, time } = start();
  const first = get("a");
  answer(set("a"));
  await first;
  time.now += 1_000;
  const asked = get("a", { refused: set("a") });
  answer(set());
  expect(await asked).toBe(set());
  expect(await get("a")).toBe(set());
});
