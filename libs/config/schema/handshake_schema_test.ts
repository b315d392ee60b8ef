import { expect, test } from "@jest/globals";
import type { ConfiguredSource } from "../config.ts";
import { checkConfig } from "./check_config.ts";

const RECIPE = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};

function check(more: object) {
  const shop = { recipe: RECIPE, secrets: ["a"], ...more };
  return checkConfig({ sources: { shop } }, { dir: "/", now: 0 });
}

function accept(more: object): ConfiguredSource | undefined {
  const checked = check(more);
  expect(checked).toMatchObject({ config: expect.anything() });
  return checked.config?.sources[0];
}

function problemsOf(more: object): string[] {
  const checked = check(more);
  return checked.config === null ? checked.problems : [];
}

const ECHO = { kind: "echo", challenge: { query: "challenge" } };
const SIGN = { kind: "sign", challenge: { query: "crc" }, digest: "sha256", encoding: "base64" };
const WHEN = { at: { json: "/type" }, equals: "ping" };

test("a recipe may have everything that a provider's file has", () => {
  const other = { ...RECIPE, scheme: "other" };
  const source = accept({
    alternatives: [other],
    scheme: "other",
    handshake: ECHO,
    methods: ["PUT", "DELETE"],
    ownResponse: {},
    describe: { type: { json: "/type" }, canonical: { paid: "payment.success" } },
  });
  expect(source).toMatchObject({
    scheme: "other",
    alternatives: [other],
    handshake: { ...ECHO, methods: ["GET"] },
    methods: ["PUT", "DELETE"],
    ownResponse: { status: 200, body: "", emptyRefusals: false },
    describe: { canonical: { paid: "payment.success" }, id: null },
  });
  expect(accept({ handshake: { kind: "acknowledge" } })?.handshake).toMatchObject({
    methods: ["GET", "HEAD"],
    status: 200,
  });
});

test.each<[string, object]>([
  ["a challenge in the URL of a POST", { ...ECHO, methods: ["POST"] }],
  ["a POST with a sign", { kind: "acknowledge", methods: ["POST"], when: WHEN }],
  ["a challenge that is signed", { ...SIGN, prefix: "sha256=", member: "response", echo: "crc" }],
  ["a handshake that is signed", { ...ECHO, methods: ["POST"], when: WHEN, verified: true }],
])("a handshake is accepted: %s", (_what, handshake) => {
  accept({ handshake });
});

test.each<[object, string]>([
  [{ handshake: { kind: "ping" } }, 'handshake.kind must be one of "echo", "sign", "acknowledge"'],
  [{ handshake: { kind: "echo" } }, "handshake.challenge"],
  [
    { handshake: { kind: "acknowledge", methods: ["POST"] } },
    "handshake needs when: events are sent with POST, too",
  ],
  [
    { handshake: { ...ECHO, methods: ["POST"], challenge: { json: "/challenge" } } },
    "handshake needs when: events are sent with POST, too",
  ],
  [
    { handshake: { kind: "acknowledge" }, methods: ["GET"] },
    "handshake needs when: events are sent with GET, too",
  ],
  [
    { handshake: SIGN, recipe: { kind: "basic", scheme: "own" } },
    "handshake signs, which needs a recipe of kind hmac",
  ],
  [{ handshake: { ...SIGN, echo: "crc" } }, "handshake echoes the challenge in a member"],
  [{ handshake: { ...ECHO, methods: [] } }, "handshake.methods"],
  [{ methods: ["HEAD"] }, "methods"],
  [{ ownResponse: { status: 401 } }, "ownResponse.status must be a whole number from 200 to 299"],
  [{ describe: { type: { json: "/a" }, canonical: { a: "b" } } }, "describe.canonical.a"],
  [{ alternatives: [RECIPE] }, "alternatives have one scheme twice"],
  [
    { alternatives: [{ ...RECIPE, scheme: "b" }], scheme: "c" },
    "scheme is not a scheme of this source: it has own, b",
  ],
])("a source refuses %j", (more, problem) => {
  expect(problemsOf(more)).toEqual([expect.stringContaining(`sources.shop.${problem}`)]);
});

test.each(["alternatives", "handshake", "methods", "ownResponse"])(
  "a provider's source refuses %s",
  (key) => {
    const value = { alternatives: [RECIPE], handshake: ECHO, methods: ["GET"], ownResponse: {} };
    const more = { recipe: undefined, provider: "generic", [key]: value[key as "handshake"] };
    expect(problemsOf(more)).toEqual([
      `sources.shop.${key} is only for your own recipe: providers have theirs`,
    ]);
  },
);
