import { describeEvent, findProvider, sourceProvider } from "@hookgate/providers";
import { incoming } from "@hookgate/signature";
import type { DedupeRule } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { RETRY_HORIZON_MS_DEFAULT, tellApart } from "./tell_apart.ts";

const HOUR_MS = 3_600_000;
const TIMED = '{"type":"a","timestamp":"2026-01-01T00:00:00Z"}';

interface Given {
  body?: string;
  headers?: Record<string, string>;
  dedupe?: DedupeRule | null;
}

function apart(id: string, { body = "{}", headers = {}, dedupe = null }: Given) {
  const provider = findProvider(id);
  if (provider === null || provider.recipe.kind === "any") throw new TypeError("Cannot test");
  const post = { method: "POST", url: "https://a.example/", headers, body: Buffer.from(body) };
  const request = incoming(post, 0);
  const { recipe } = provider;
  return tellApart(describeEvent(provider, request), request, { provider, recipe, dedupe });
}

test.each<[string, string, Given, DedupeRule]>([
  ["an id in the signed body", "mux", { body: '{"id":"1","type":"a"}' }, "id"],
  [
    "an id in a header that is not signed",
    "github",
    { headers: { "x-github-delivery": "1" } },
    "id_and_body",
  ],
  [
    "an id that events may share, and the body",
    "contentful",
    { headers: { "x-contentful-idempotency-key": "1" } },
    "id_and_body",
  ],
  [
    "nothing if there is no body beside such an id",
    "contentful",
    { headers: { "x-contentful-idempotency-key": "1" }, body: "" },
    "none",
  ],
  ["an id in a signed header", "gitlab", { headers: { "webhook-id": "1" } }, "id"],
  ["no id, and a body with a time", "generic", { body: TIMED }, "body"],
  ["no id, and a body without a time", "generic", { body: '{"type":"a"}' }, "none"],
  ["no id, and a body that says only who", "dropbox", { body: '{"list_folder":{}}' }, "none"],
  ["no body", "calendly", { body: "" }, "none"],
  ["no body, whatever is configured", "calendly", { body: "", dedupe: "body" }, "none"],
  [
    "an id that is trusted",
    "github",
    { headers: { "x-github-delivery": "1" }, dedupe: "id" },
    "id",
  ],
  [
    "an id that is not trusted",
    "mux",
    { body: '{"id":"1"}', dedupe: "id_and_body" },
    "id_and_body",
  ],
  ["bodies that differ", "dropbox", { dedupe: "body" }, "body"],
  ["nothing", "mux", { body: '{"id":"1"}', dedupe: "none" }, "none"],
  ["an id that one event lacks", "generic", { body: TIMED, dedupe: "id" }, "body"],
])("tellApart() by %s (%s)", (_, id, given, expected) => {
  const found = apart(id, given);
  expect(found.dedupe).toBe(expected);
  expect(found.flags.includes("may_repeat")).toBe(expected === "none");
});

const idOf = (id: string) => {
  const provider = findProvider("mux");
  if (provider === null) throw new TypeError("Cannot test");
  const body = Buffer.from(`{"type":"a","id":${id}}`, "latin1");
  const post = { method: "POST", url: "https://a.example/", headers: {}, body };
  return describeEvent(provider, incoming(post, 0)).providerEventId;
};

test.each([
  ["two numbers that JavaScript cannot hold", "9007199254740992", "9007199254740993"],
  ["two numbers past all bounds", "1e400", "2e400"],
  ["two cases", '"A"', '"a"'],
])("describeEvent() tells the ids %s apart", (_, one, other) => {
  expect(idOf(one)).not.toBe("");
  expect(idOf(one)).not.toBe(idOf(other));
});

test.each([
  '""',
  '" "',
  "0",
  "-0",
  '"00000000-0000-0000-0000-000000000000"',
  "null",
  '"null"',
  '"undefined"',
  '"None"',
  "true",
  '"[object Object]"',
  '["a"]',
  '{"a":1}',
  // Latin-1: read as UTF-8 it is the same text as any other such byte.
  '"order-\xe4"',
])("describeEvent() takes %s for no id", (id) => {
  expect(idOf(id)).toBe("");
});

test("tellApart() flags an id and a type that are not signed", () => {
  const headers = { "x-github-delivery": "1", "x-github-event": "push" };
  expect(apart("github", { headers }).flags).toEqual(["id_not_signed", "type_not_signed"]);
  expect(apart("mux", { body: '{"id":"1","type":"a"}' }).flags).toEqual([]);
});

test("tellApart() takes the same body for the same event until the provider has given up", () => {
  expect(apart("calendly", {}).bodyWindowMs).toBe(25 * HOUR_MS);
  expect(apart("generic", {}).bodyWindowMs).toBe(RETRY_HORIZON_MS_DEFAULT + HOUR_MS);
});

test.each([
  ["without an id", null, { body: "" }, "none"],
  ["with an id in the URL that is not signed", { query: "id" }, { body: "" }, "id_and_body"],
] as const)(
  "tellApart() of a trigger with a recipe of one's own, %s",
  (_, id, { body }, expected) => {
    const recipe = { kind: "shared_secret", scheme: "own", from: { query: "token" } } as const;
    const describe = { type: { query: "type" }, id } as const;
    const provider = sourceProvider({ provider: "custom", scheme: null, recipe, describe });
    if (provider === null) throw new TypeError("Cannot test");
    const url = "https://a.example/trigger?token=t&type=go&id=7";
    const request = incoming({ method: "POST", url, headers: {}, body: Buffer.from(body) }, 0);
    const found = tellApart(describeEvent(provider, request), request, {
      provider,
      recipe,
      dedupe: null,
    });
    expect(found.dedupe).toBe(expected);
  },
);
