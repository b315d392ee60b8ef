import { expect, test } from "@jest/globals";
import type { ItemsRecipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const RECIPE: ItemsRecipe = {
  kind: "items",
  scheme: "items",
  items: "/items",
  itemsMax: 10,
  signature: "/signature",
  fields: ["/id", "/reference", "/amount"],
  separator: ":",
  digest: "sha256",
  encoding: "base64",
  key: "utf8",
};
const STRICT: ItemsRecipe = { ...RECIPE, separatorIn: ["/reference"] };
const ITEM = { id: "1", reference: "order:9999", amount: 100 };
// The same text, cut at other separators: it has the same signature.
const RECUT = { id: "1", reference: "order", amount: "9999:100" };

test("verify() cannot tell where a field that is not escaped ends, unless the recipe says so", async () => {
  const signature = JSON.parse(Buffer.from(signed(ITEM).body).toString()).items[0].signature;
  const recut = request({ ...RECUT, signature });
  expect(await judge(RECIPE, recut)).toMatchObject({ ok: true });
  expect(await judge(STRICT, signed(ITEM))).toMatchObject({ ok: true });
  expect(await judge(STRICT, recut)).toEqual({ ok: false, reason: "malformed_header" });
});

test("sign() signs no item that could be cut otherwise", () => {
  expect(() => sign(STRICT, request(RECUT), { secret: "s", now: 0 })).toThrow("Cannot sign");
});

function signed(item: object) {
  return sign(STRICT, request(item), { secret: "s", now: 0 });
}

function judge(recipe: ItemsRecipe, outgoing: ReturnType<typeof request>) {
  return verify(recipe, incoming(outgoing, 0), { secrets: [{ id: "1", value: "s" }] });
}

function request(item: object) {
  const body: Uint8Array = Buffer.from(JSON.stringify({ items: [item] }));
  const headers: Readonly<Record<string, string>> = {};
  return { method: "POST", url: "https://hooks.example.com/", headers, body };
}
