import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { looksIntoBody, turnToLook } from "./in_turns.ts";
import { READ_AT_ONCE_BYTES_MAX } from "./limits.ts";
import { makeSecret } from "./make_secret.ts";
import type { AnyRecipe, ItemsRecipe, MacRecipe, PublicKeyRecipe, Recipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify, verifyInTurns } from "./verify.ts";

const PLAIN: MacRecipe = {
  kind: "hmac",
  scheme: "plain",
  signature: { header: "x-signature" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};
const DIGEST: MacRecipe = {
  ...PLAIN,
  scheme: "digest",
  signed: [{ digest: "sha1", encoding: "base64" }, { literal: "." }, "secret"],
};
const ANY_AGE = { unit: "s", pastSecondsMax: null, futureSecondsMax: null } as const;
const ANY: AnyRecipe = { kind: "any", scheme: "any", recipes: [DIGEST, PLAIN] };
const SECRETS = [
  { id: "1", value: "other" },
  { id: "2", value: "secret" },
];
const LARGE = 8 * 1024 * 1024;

function signed(recipe: MacRecipe, bytes: number) {
  const unsigned = { method: "POST", url: "https://a.example/", headers: {} };
  const request = { ...unsigned, body: Buffer.alloc(bytes, "a") };
  return incoming(sign(recipe, request, { secret: "secret", now: 0 }), 0);
}

test.each([
  ["a body", PLAIN, PLAIN],
  ["a digest", DIGEST, DIGEST],
  ["one of several schemes", ANY, PLAIN],
])(
  "verifyInTurns() verifies %s in turns, and with the same verdict",
  async (_, recipe, signWith) => {
    const request = signed(signWith, LARGE);
    let turns = 0;
    let done = false;
    const verdict = Promise.resolve(verifyInTurns(recipe, request, { secrets: SECRETS }));
    void verdict.then(() => {
      done = true;
    });
    for (; !done; turns += 1) await nextTurn();
    expect(turns).toBeGreaterThan(LARGE / 1024 / 1024);
    expect(await verdict).toEqual(await verify(recipe, request, { secrets: SECRETS }));
    expect(await verdict).toMatchObject({ ok: true, secretId: "2" });
  },
);

test("verifyInTurns() refuses a large body with one byte changed", async () => {
  const request = signed(PLAIN, LARGE);
  request.body[LARGE - 1] = 0;
  const refused = { ok: false, reason: "no_match" };
  expect(await verifyInTurns(PLAIN, request, { secrets: SECRETS })).toEqual(refused);
});

const ITEMS: ItemsRecipe = {
  kind: "items",
  scheme: "items",
  items: "/items",
  itemsMax: 1_000,
  fields: ["/id"],
  signature: "/sign",
  separator: "|",
  digest: "sha256",
  encoding: "hex",
  key: "utf8",
};
const ITEM = { id: "1", sign: "f0dbf97dc3c2a1dbf2cb8b1ebb4eb5b9a43dcb2e7d4bca4c0d1ad7ae2e1b8a60" };
const TEN_SECRETS = Array.from({ length: 10 }, (_, at) => ({ id: `${at}`, value: `secret ${at}` }));
const FORGED = { method: "POST", url: "https://a.example/" };

test.each<[string, Recipe, Uint8Array]>([
  ["a body", PLAIN, Buffer.alloc(READ_AT_ONCE_BYTES_MAX)],
  [
    "one of several schemes",
    { ...ANY, recipes: Array.from({ length: 5 }, () => PLAIN) },
    Buffer.alloc(READ_AT_ONCE_BYTES_MAX / 8),
  ],
  ["signed items", ITEMS, Buffer.from(JSON.stringify({ items: Array(1_000).fill(ITEM) }))],
])("verifyInTurns() tries many secrets on %s in turns", async (_, recipe, body) => {
  const headers = { "x-signature": "ab".repeat(32) };
  const request = incoming({ ...FORGED, headers, body }, 0);
  let turns = 0;
  let done = false;
  const verdict = Promise.resolve(verifyInTurns(recipe, request, { secrets: TEN_SECRETS }));
  void verdict.then(() => {
    done = true;
  });
  for (; !done; turns += 1) await nextTurn();
  expect(turns).toBeGreaterThan(TEN_SECRETS.length);
  expect(await verdict).toEqual({ ok: false, reason: "no_match" });
  expect(await verify(recipe, request, { secrets: TEN_SECRETS })).toEqual(await verdict);
});

test("verifyInTurns() hashes a body in turns if a recipe signs it many times", async () => {
  const signed = Array<"body">(50).fill("body");
  const request = { ...FORGED, headers: { "x-signature": "ab".repeat(32) } };
  const body = Buffer.alloc(128 * 1024, "a");
  const recipe: MacRecipe = { ...PLAIN, signed };
  const verdict = verifyInTurns(recipe, incoming({ ...request, body }, 0), {
    secrets: TEN_SECRETS,
  });
  expect(verdict).toBeInstanceOf(Promise);
  expect(await verdict).toEqual({ ok: false, reason: "no_match" });
});

test("verifyInTurns() accepts many items that one of many secrets signed, and none that another did", async () => {
  const body = Buffer.from(JSON.stringify({ items: Array(1_000).fill({ id: "1", sign: "" }) }));
  const request = sign(ITEMS, { ...FORGED, headers: {}, body }, { secret: "secret 7", now: 0 });
  const verdict = await verifyInTurns(ITEMS, incoming(request, 0), { secrets: TEN_SECRETS });
  expect(verdict).toMatchObject({ ok: true, secretId: "7" });
  const changed = Buffer.from(Buffer.from(request.body).toString().replace('"id":"1"', '"id":"2"'));
  const forged = incoming({ ...request, body: changed }, 0);
  const refused = { ok: false, reason: "no_match" };
  expect(await verifyInTurns(ITEMS, forged, { secrets: TEN_SECRETS })).toEqual(refused);
});

test("verifyInTurns() answers at once for a body that takes little time", () => {
  const request = signed(PLAIN, READ_AT_ONCE_BYTES_MAX);
  expect(verifyInTurns(PLAIN, request, { secrets: SECRETS })).toMatchObject({ ok: true });
});

const FORM: MacRecipe = { ...PLAIN, signature: { form: "sign" } };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };

/** Runs `work` and returns the most that `count` grew in one turn of the event loop. */
async function mostPerTurn(count: () => number, work: () => Promise<unknown>): Promise<number> {
  let done = false;
  const ended = work().finally(() => {
    done = true;
  });
  let most = 0;
  for (let before = count(); !done; before = count()) {
    await nextTurn();
    most = Math.max(most, count() - before);
  }
  await ended;
  return most;
}

test.each(["ecdsa_p256", "rsa_sha256", "ed25519"] as const)(
  "verifyInTurns() takes a piece of a large body in a turn for a key of %s",
  async (algorithm) => {
    const key = algorithm === "ed25519" ? "hex" : "spki";
    const kind = { kind: "public_key", algorithm, key, encoding: "base64" } as const;
    const recipe: PublicKeyRecipe = { ...PLAIN, ...kind };
    const { secret, privateKey } = makeSecret(recipe, { now: 0 });
    if (privateKey === null) throw new TypeError("Cannot test: there is no private key");
    let pieces = 0;
    const counted = {
      subarray(from?: number, to?: number) {
        pieces += 1;
        return Buffer.prototype.subarray.call(this, from, to);
      },
    };
    const body = Object.assign(Buffer.alloc(LARGE, "a"), counted);
    const unsigned = { method: "POST", url: "https://a.example/", headers: {}, body };
    const request = incoming(sign(recipe, unsigned, { secret, privateKey, now: 0 }), 0);
    const options = { secrets: [{ id: "1", value: secret }] };
    pieces = 0;
    const work = async () => {
      expect(await verifyInTurns(recipe, request, options)).toMatchObject({ ok: true });
    };
    // Two turns may be one here.
    expect(await mostPerTurn(() => pieces, work)).toBeLessThanOrEqual(2);
    expect(pieces).toBe(LARGE / (128 * 1024));
    body[LARGE - 1] = 0;
    const refused = { ok: false, reason: "no_match" };
    expect(await verifyInTurns(recipe, request, options)).toEqual(refused);
    const malformed = { ...request, headers: () => ["AAAA"] };
    expect(await verifyInTurns(recipe, malformed, options)).toEqual(refused);
  },
);

/** A form of four pieces, whose reader is counted. */
function countedForm(read: () => void) {
  const piece = 128 * 1024;
  const body = Object.assign(Buffer.alloc(4 * piece, `a=${"a".repeat(piece / 2 - 3)}&`), {
    subarray(from?: number, to?: number) {
      read();
      return Buffer.prototype.subarray.call(this, from, to);
    },
  });
  return incoming({ method: "POST", url: "https://a.example/", headers: FORM_TYPE, body }, 0);
}

test("verifyInTurns() reads a piece of one form in a turn, however many there are", async () => {
  let reads = 0;
  const requests = Array.from({ length: 16 }, () => {
    return countedForm(() => {
      reads += 1;
    });
  });
  const refusals: unknown[] = [];
  const most = await mostPerTurn(
    () => reads,
    async () => {
      const verdicts = requests.map((one) => verifyInTurns(FORM, one, { secrets: SECRETS }));
      refusals.push(...(await Promise.all(verdicts)));
    },
  );
  // A form has eight fields, two in a piece, and its start is looked at once. Two turns may be one here.
  expect(reads).toBeGreaterThanOrEqual(8 * requests.length);
  expect(most).toBeLessThanOrEqual(6);
  expect(refusals).toEqual(requests.map(() => ({ ok: false, reason: "missing_header" })));
});

const SORTED: MacRecipe = { ...PLAIN, signed: ["url", "sorted_form"], coversBody: false };
const SORTED_ANY: AnyRecipe = { kind: "any", scheme: "any", recipes: [DIGEST, SORTED] };

function signedForm(body: string) {
  const request = { method: "POST", url: "https://a.example/", headers: FORM_TYPE };
  const options = { secret: "secret", now: 0 };
  return incoming(sign(SORTED, { ...request, body: Buffer.from(body) }, options), 0);
}

test.each([
  ["a large field", `b=1&a=${"%C3%A4".repeat(LARGE / 6)}`, SORTED],
  ["fields with one name", `a=${"c".repeat(LARGE / 2)}&a=${"b".repeat(LARGE / 2)}`, SORTED],
  ["one of several schemes", `b=1&a=${"%41".repeat(LARGE / 3)}`, SORTED_ANY],
  ["a form that is read in turns and hashed at once", `b=1&a=${"c".repeat(200 * 1024)}`, SORTED],
])("verifyInTurns() verifies a sorted form of any size: %s", async (_, body, recipe) => {
  const request = signedForm(body);
  let turns = 0;
  const work = async () => {
    expect(await verifyInTurns(recipe, request, { secrets: SECRETS })).toMatchObject({
      ok: true,
      secretId: "2",
      intact: false,
    });
  };
  let done = false;
  const ended = work().finally(() => {
    done = true;
  });
  for (; !done; turns += 1) await nextTurn();
  await ended;
  expect(turns).toBeGreaterThan(body.length / (256 * 1024));
  request.body[request.body.length - 1] = 0x64;
  const refused = { ok: false, reason: "no_match" };
  const changed = { ...request, body: Buffer.from(request.body) };
  expect(await verifyInTurns(recipe, changed, { secrets: SECRETS })).toEqual(refused);
});

test("verifyInTurns() reads no form for a scheme that does not look into it", async () => {
  let reads = 0;
  const request = countedForm(() => {
    reads += 1;
  });
  const verdict = verifyInTurns(PLAIN, request, { secrets: SECRETS });
  expect(await verdict).toEqual({ ok: false, reason: "missing_header" });
  expect(reads).toBe(0);
});

const KIB = 1024;

test.each([
  ["64 KiB", 64 * KIB, 128 * KIB],
  ["100 KiB, of which two are too many", 100 * KIB, 100 * KIB],
  ["a MiB", 1024 * KIB, 1024 * KIB],
])(
  "turnToLook() lets bodies of %s be looked into in turns, however many there are",
  async (_, bytes, mostBytes) => {
    let looked = 0;
    const look = async () => {
      await turnToLook(bytes);
      looked += bytes;
    };
    const work = () => Promise.all(Array.from({ length: 16 }, look));
    // Two turns may be one here.
    expect(await mostPerTurn(() => looked, work)).toBeLessThanOrEqual(2 * mostBytes);
    expect(looked).toBe(16 * bytes);
  },
);

test("turnToLook() has room at once for one that comes alone, and not for one that comes behind others", async () => {
  await nextTurn();
  expect(turnToLook(1024 * KIB)).toBeNull();
  const waits = [turnToLook(1), turnToLook(1024 * KIB), turnToLook(1)];
  expect(waits).not.toContain(null);
  await Promise.all(waits);
  await nextTurn();
  expect(turnToLook(1)).toBeNull();
});

test.each([
  ["the body", false, PLAIN],
  ["a digest of it", false, DIGEST],
  ["one of several", false, ANY],
  ["a field of it", true, FORM],
  ["one of several, of which one is a field", true, { ...ANY, recipes: [PLAIN, FORM] }],
  ["its sorted form", true, { ...PLAIN, signed: ["url", "sorted_form"] }],
  ["what a function computes", true, { ...PLAIN, signed: [{ compute: () => null }] }],
  ["a time in it", true, { ...PLAIN, timestamp: { ...ANY_AGE, from: { json: "/time" } } }],
] as const)("looksIntoBody() of a scheme that signs %s is %s", (_, looks, recipe) => {
  expect(looksIntoBody(recipe)).toBe(looks);
});
