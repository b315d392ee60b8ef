import { expect, test } from "@jest/globals";
import type { SharedSecretRecipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const RECIPE: SharedSecretRecipe = {
  kind: "shared_secret",
  scheme: "each",
  from: { json: "/state" },
  each: { items: "/value", itemsMax: 3 },
};
const SECRETS = [
  { id: "1", value: "a" },
  { id: "2", value: "b" },
  { id: "3", value: "" },
];

test.each([
  ["one item", [{ state: "a" }], "1"],
  ["several", [{ state: "a" }, { state: "a" }, { state: "a" }], "1"],
  ["items of several of its secrets", [{ state: "b" }, { state: "a" }], "2"],
])("verify() accepts a list of %s", (_, value, secretId) => {
  expect(judge({ value })).toMatchObject({ ok: true, secretId, intact: false });
});

test.each([
  ["an item of another's at the end", { value: [{ state: "a" }, { state: "x" }] }, "no_match"],
  ["an item of another's in front", { value: [{ state: "x" }, { state: "a" }] }, "no_match"],
  ["an empty secret", { value: [{ state: "" }] }, "no_match"],
  ["an item without one", { value: [{ state: "a" }, {}] }, "missing_header"],
  ["an item that is none", { value: [{ state: "a" }, null] }, "missing_header"],
  ["a secret that is no text", { value: [{ state: ["a"] }] }, "malformed_header"],
  ["no items", { value: [] }, "malformed_header"],
  ["four items", { value: Array(4).fill({ state: "a" }) }, "malformed_header"],
  ["no list", { value: { 0: { state: "a" } } }, "malformed_header"],
  ["nothing", {}, "missing_header"],
])("verify() refuses a list with %s", (_, body, reason) => {
  expect(judge(body)).toEqual({ ok: false, reason });
});

test("sign() writes the secret into every item, and needs a list", () => {
  const { body } = sign(RECIPE, request({ value: [{ n: 1 }, { n: 2 }] }), { secret: "a", now: 0 });
  expect(JSON.parse(Buffer.from(body).toString())).toEqual({
    value: [
      { n: 1, state: "a" },
      { n: 2, state: "a" },
    ],
  });
  expect(() => sign(RECIPE, request({}), { secret: "a", now: 0 })).toThrow(
    "there is no array at /value",
  );
});

function request(body: object) {
  const url = "https://hooks.example.com/";
  return { method: "POST", url, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

function judge(body: object) {
  return verify(RECIPE, incoming(request(body), 0), { secrets: SECRETS });
}
