import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { READ_AT_ONCE_BYTES_MAX } from "./limits.ts";
import type { AnyRecipe, MacRecipe } from "./recipe.ts";
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

test("verifyInTurns() answers at once for a body that takes little time", () => {
  const request = signed(PLAIN, READ_AT_ONCE_BYTES_MAX);
  expect(verifyInTurns(PLAIN, request, { secrets: SECRETS })).toMatchObject({ ok: true });
});

test("verifyInTurns() reads a piece of one form in a turn, however many there are", async () => {
  const [piece, forms] = [128 * 1024, 16];
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const unsigned = { method: "POST", url: "https://a.example/", headers };
  let reads = 0;
  let done = false;
  const verdicts = Array.from({ length: forms }, () => {
    const body = Object.assign(Buffer.alloc(4 * piece, `a=${"a".repeat(piece / 2 - 3)}&`), {
      subarray(from?: number, to?: number) {
        reads += 1;
        return Buffer.prototype.subarray.call(this, from, to);
      },
    });
    return verifyInTurns(PLAIN, incoming({ ...unsigned, body }, 0), { secrets: SECRETS });
  });
  const refused = Promise.all(verdicts).finally(() => {
    done = true;
  });
  let most = 0;
  for (let before = reads; !done; before = reads) {
    await nextTurn();
    most = Math.max(most, reads - before);
  }
  // A form has eight fields, two in a piece, and its start is looked at once.
  expect(reads).toBeGreaterThanOrEqual(8 * forms);
  expect(most).toBeLessThanOrEqual(4);
  expect(await refused).toEqual(Array(forms).fill({ ok: false, reason: "missing_header" }));
});
