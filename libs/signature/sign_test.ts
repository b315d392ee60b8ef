import { expect, test } from "@jest/globals";
import type { Recipe } from "./recipe.ts";
import { sign } from "./sign.ts";

const RECIPE: Recipe = {
  scheme: "test",
  header: "x-signature",
  prefix: "sha256=",
  digest: "sha256",
  encoding: "hex",
  key: "utf8",
  signed: ["body"],
};

test.each([
  {
    name: "RFC 4231, test case 1",
    secret: "\x0b".repeat(20),
    body: "Hi There",
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    name: "RFC 4231, test case 2",
    secret: "Jefe",
    body: "what do ya want for nothing?",
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    name: "GitHub's documented example",
    secret: "It's a Secret to Everybody",
    body: "Hello, World!",
    mac: "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  },
])("sign() agrees with $name", ({ secret, body, mac }) => {
  expect(sign(RECIPE, Buffer.from(body), { secret })).toEqual({ "x-signature": `sha256=${mac}` });
});

test("sign() writes no prefix where the recipe has none", () => {
  const headers = sign({ ...RECIPE, prefix: "" }, new Uint8Array(), { secret: "s" });
  expect(headers["x-signature"]).toMatch(/^[0-9a-f]{64}$/);
});

test("sign() takes the secret's text as UTF-8", () => {
  // printf 'é' as key over an empty body: openssl dgst -sha256 -mac HMAC -macopt hexkey:c3a9
  expect(sign(RECIPE, new Uint8Array(), { secret: "é" })["x-signature"]).toBe(
    "sha256=388db6266e9a6b783b1afc0b4ea2674b982342775900528ee22e4387e4e03d5b",
  );
});

test("sign() refuses an empty secret", () => {
  expect(() => sign(RECIPE, new Uint8Array(), { secret: "" })).toThrow("Cannot sign: the secret");
});

test("sign() refuses a recipe with a part it does not know", () => {
  const recipe = { ...RECIPE, signed: ["url"] } as unknown as Recipe;
  expect(() => sign(recipe, new Uint8Array(), { secret: "s" })).toThrow('unknown part "url"');
});
