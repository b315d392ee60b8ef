import { generateKeyPairSync } from "node:crypto";
import type { Condition, Subscription } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { BACKLOG_DEFAULT } from "../config.ts";
import { defineConfig } from "../define_config.ts";
import { checkConfig } from "./check_config.ts";

const NOW = Date.parse("2026-10-15T12:00:00Z");
const URL = "https://crm.example.com/hooks";
/** 24 bytes in base64, and the same number as text. */
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TEXT = "hunter2-drummer3-singer45";

function check(subscription: unknown, rest: object = {}) {
  const source = { provider: "generic", secrets: ["s3cret-of-the-academy"] };
  const sources = { academy: source, "stripe/eu": source };
  const data = { sources, subscriptions: { crm: subscription }, ...rest };
  return checkConfig(data, { dir: "/", now: NOW });
}

function accept(subscription: object, rest?: object): Subscription & { warnings: string[] } {
  const checked = check({ events: ["*"], ...subscription }, rest);
  const found = checked.config?.subscriptions[0];
  if (!found || checked.config === null) throw new Error(JSON.stringify(checked));
  return { ...found, warnings: checked.warnings };
}

function problemsOf(subscription: object): string[] {
  const checked = check({ events: ["*"], ...subscription });
  return checked.config === null ? checked.problems : [];
}

function secretOf(value: string, rest: object = {}) {
  return { id: "1", value, state: "active", until: null, ...rest };
}

const { publicKey } = generateKeyPairSync("ed25519");
const PUBLIC =
  "is a public key, which everybody may have, but a shared secret is needed: set it to that";
const PUBLIC_PEM = String(publicKey.export({ format: "pem", type: "spki" }));
const PUBLIC_DER = publicKey.export({ format: "der", type: "spki" }).toString("base64");

test("an endpoint is read with the names of the specification, every default written out", () => {
  const { retry, ...read } = accept({ endpoint: URL, secret: SECRET });
  expect(read).toEqual({
    name: "crm",
    events: ["*"],
    sources: ["*"],
    where: [],
    orderBy: null,
    target: {
      kind: "endpoint",
      url: URL,
      secrets: [secretOf(SECRET)],
      forwardHeaders: false,
      headers: [],
      ratePerSecond: null,
    },
    timeoutMs: 15_000,
    concurrency: 20,
    backlog: BACKLOG_DEFAULT,
    warnings: [],
  });
  expect(retry.name).toBe("standard");
  expect(
    accept({
      endpoint: URL,
      secret: TEXT,
      retries: 2,
      timeout: 5,
      concurrency: 3,
      forwardHeaders: true,
      headers: { Authorization: { value: "Bearer 3f9c2b7a1d5e8046" } },
      rate: 0.5,
    }),
  ).toMatchObject({
    target: {
      kind: "endpoint",
      secrets: [secretOf(TEXT)],
      forwardHeaders: true,
      headers: [{ name: "authorization", value: "Bearer 3f9c2b7a1d5e8046" }],
      ratePerSecond: 0.5,
    },
    retry: { delaysMs: [5_000, 30_000] },
    timeoutMs: 5,
    concurrency: 3,
    warnings: [],
  });
});

test("a stream is a name and what it wants", () => {
  const { retry: _, ...read } = accept({ stream: true });
  expect(read).toEqual({
    name: "crm",
    events: ["*"],
    sources: ["*"],
    where: [],
    orderBy: null,
    target: { kind: "stream" },
    timeoutMs: 30_000,
    concurrency: 20,
    backlog: BACKLOG_DEFAULT,
    warnings: [],
  });
});

test("an endpoint's secrets rotate as a source's do", () => {
  const until = "2026-10-31T00:00:00Z";
  const { target, warnings } = accept({
    endpoint: URL,
    secrets: [
      SECRET,
      { id: "old", value: TEXT, state: "retiring", until },
      { id: "past", value: `${TEXT}1`, state: "retiring", until: "2026-10-15T12:00:00Z" },
      { id: "leaked", value: undefined, state: "revoked" },
    ],
  });
  expect(target).toMatchObject({
    secrets: [
      secretOf(SECRET),
      secretOf(TEXT, { id: "old", state: "retiring", until: Date.parse(until) }),
      secretOf(`${TEXT}1`, { id: "past", state: "retiring", until: NOW }),
    ],
  });
  expect(warnings).toEqual([
    "subscriptions.crm: retiring secret past has expired and signs nothing",
  ]);
});

test.each<[string, object, string[]]>([
  ["a short text", { secret: "hunter2" }, ["secret 1 is a key of less than 24 bytes"]],
  ["a text that repeats itself", { secret: "abcdef".repeat(6) }, ["secret 1 repeats itself"]],
  [
    "a short token in a header",
    { headers: { authorization: "Bearer hunter2", "x-tenant": "eu" } },
    ["header authorization has fewer than 12 characters"],
  ],
  [
    "a short key",
    { secret: `whsec_${Buffer.from("a key of 23 characters.").toString("base64")}` },
    ["secret 1 is a key of"],
  ],
  ["a short one of two", { secrets: [SECRET, { id: "b", value: "b" }] }, ["secret b is a key of"]],
  ["a short one that is revoked", { secrets: [SECRET, { value: "b", state: "revoked" }] }, []],
  ["plain http", { endpoint: "HTTP://crm.example.com" }, ["its endpoint uses plain http"]],
  [
    "a private address",
    { endpoint: "https://10.0.0.7/a" },
    ["its endpoint is on the private host 10.0.0.7, so nothing"],
  ],
  [
    "a hidden one",
    { endpoint: "https://2130706433/" },
    ["its endpoint is on the private host 127.0.0.1, so nothing"],
  ],
  [
    "a mapped one",
    { endpoint: "https://[::ffff:10.0.0.7]/" },
    ["its endpoint is on the private host 10.0.0.7, so nothing"],
  ],
  [
    "this machine",
    { endpoint: "https://localhost:3000" },
    ["its endpoint is on the private host localhost, so nothing"],
  ],
  ["allowed hosts", { endpoint: "http://[fd00::7]:3000" }, []],
  ["both", { endpoint: "http://127.0.0.1" }, ["its endpoint is on the private host 127"]],
])("checkConfig() warns of an endpoint with %s", (_, changes, expected) => {
  const secret = "secrets" in changes ? {} : { secret: SECRET };
  const { warnings } = accept(
    { endpoint: URL, ...secret, ...changes },
    { privateHosts: ["fd00:0::7", "crm.internal"] },
  );
  expect(warnings).toEqual(
    expected.map((start) => expect.stringContaining(`subscriptions.crm: ${start}`)),
  );
  expect(warnings.join()).not.toContain("MfKQ");
});

const NO_URL = `.endpoint must be an absolute http or https URL, such as ${URL}`;
const OF_ENDPOINT = "is only for endpoints: leave it out";
const UNSET = "is empty: set the environment variable it reads";
const NO_BASE64 =
  "starts with whsec_, but the rest is not base64: copy it completely, without spaces, or leave whsec_ out if the text itself is the key";

test.each<[string, object, string]>([
  [
    "two targets",
    { endpoint: URL, secret: SECRET, stream: true },
    " has endpoint and stream: it needs exactly one of handler, endpoint and stream: true",
  ],
  ["a relative endpoint", { endpoint: "/hooks" }, NO_URL],
  ["another scheme", { endpoint: "ftp://crm.example.com" }, NO_URL],
  ["an endpoint without a host", { endpoint: "https://" }, NO_URL],
  ["blanks in its endpoint", { endpoint: "https://crm.example.com/a b" }, NO_URL],
  ["a line break in its endpoint", { endpoint: "https://crm.example.com/a\n" }, NO_URL],
  ["an endpoint that is none", { endpoint: true }, ".endpoint must be a string, not a boolean"],
  [
    "a password",
    { endpoint: "https://user:hunter2@crm.example.com" },
    ".endpoint must not contain a user name or a password: deliveries are signed instead",
  ],
  [
    "a user name",
    { endpoint: "https://hunter2@crm.example.com" },
    ".endpoint must not contain a user name or a password: deliveries are signed instead",
  ],
  [
    "a fragment",
    { endpoint: `${URL}#` },
    ".endpoint must not have a fragment (#…): it is never sent",
  ],
  [
    "a long endpoint",
    { endpoint: `${URL}/${"x".repeat(2_048)}` },
    ".endpoint must have at most 2048 characters",
  ],
  [
    "an endpoint that is long in ASCII",
    { endpoint: `${URL}/${"é".repeat(1_000)}` },
    ".endpoint must have at most 2048 characters",
  ],
  ["no secret", { secret: undefined }, `.secret ${UNSET}`],
  ["secret and secrets", { secrets: [SECRET] }, " has secret and secrets: keep one"],
  [
    "no secret in its list",
    { secret: undefined, secrets: [] },
    ".secrets is empty: add one, because deliveries to an endpoint are signed",
  ],
  [
    "an unset secret in its list",
    { secret: undefined, secrets: [SECRET, undefined] },
    `.secrets[1] ${UNSET}`,
  ],
  [
    "a revoked secret",
    { secret: { value: TEXT, state: "revoked" } },
    ".secret has no secret in force: add one, because deliveries to an endpoint are signed",
  ],
  [
    "secrets past their time",
    {
      secret: undefined,
      secrets: [{ value: TEXT, state: "retiring", until: "2026-01-01T00:00:00Z" }],
    },
    ".secrets has no secret in force: add one, because deliveries to an endpoint are signed",
  ],
  [
    "one id twice",
    { secret: undefined, secrets: [{ id: "2", value: TEXT }, TEXT] },
    '.secrets[1] repeats the id "2": give each secret its own',
  ],
  ["a secret that is no base64", { secret: "whsec_hunter2!" }, `.secret ${NO_BASE64}`],
  ["a blank at the end of its secret", { secret: { value: `${SECRET} ` } }, `.secret ${NO_BASE64}`],
  [
    "a bad one in its list",
    { secret: undefined, secrets: [SECRET, { value: "whsec_hunter2!" }] },
    `.secrets[1] ${NO_BASE64}`,
  ],
  [
    "a public key",
    { secret: "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
    ".secret is a key for asymmetric signatures, which are not supported: use whsec_ and base64, or any text",
  ],
  ["a public key in PEM", { secret: PUBLIC_PEM }, `.secret ${PUBLIC}`],
  [
    "a placeholder",
    { secret: "<your secret>" },
    ".secret is a placeholder: set it to the real secret",
  ],
  [
    "a public key as a header's token",
    { headers: { "X-Api-Key": PUBLIC_DER } },
    `.headers["X-Api-Key"] ${PUBLIC}`,
  ],
  [
    "a public key after a header's scheme",
    { headers: { authorization: `Bearer ${PUBLIC_DER}` } },
    `.headers.authorization ${PUBLIC}`,
  ],
  [
    "a header of ours",
    { headers: { "Webhook-Id": "x" } },
    '.headers["Webhook-Id"] is set by Hookgate or the connection: leave it out',
  ],
  ["a header twice", { headers: { a: "x", A: "y" } }, ".headers.A repeats a header: keep one"],
  [
    "a header that is none",
    { headers: { "a b": "x" } },
    '.headers["a b"] is not a valid name of a header',
  ],
  ["an unset header", { headers: { authorization: undefined } }, `.headers.authorization ${UNSET}`],
  [
    "a line break in a header",
    { headers: { authorization: "hunter2\nx: y" } },
    ".headers.authorization must have visible ASCII characters only",
  ],
  [
    "no rate",
    { rate: 0 },
    ".rate must be a number of deliveries a second from 0.01 to 10000, not 0",
  ],
  ["a list as its secret", { secret: [SECRET] }, ".secret must be an object, not an array"],
  [
    "a switch as text",
    { forwardHeaders: "yes" },
    ".forwardHeaders must be a boolean, not a string",
  ],
  [
    "no time",
    { timeout: 0 },
    ".timeout must be a whole number of milliseconds from 1 to 3600000, not 0",
  ],
])("checkConfig() refuses an endpoint with %s, and shows no secret", (_, changes, problem) => {
  const problems = problemsOf({ endpoint: URL, secret: SECRET, ...changes });
  expect(problems).toEqual([`subscriptions.crm${problem}`]);
  expect(problems.join()).not.toMatch(/hunter2|MfKQ|crm\.example\.com\/hooks\//);
});

test("checkConfig() tells a secret that is missing from one that is not set", () => {
  expect(problemsOf({ endpoint: URL })).toEqual([
    "subscriptions.crm.secret is missing: deliveries to an endpoint are signed with it",
  ]);
});

test.each<[string, object, string]>([
  ["stream: false", { stream: false }, ".stream must be true, or left out"],
  ["a secret", { secret: SECRET }, `.secret ${OF_ENDPOINT}`],
  ["secrets", { secrets: [SECRET] }, `.secrets ${OF_ENDPOINT}`],
  [
    "forwardHeaders",
    { forwardHeaders: false },
    ".forwardHeaders is only for endpoints: leave it out",
  ],
  [
    "concurrency",
    { concurrency: 5 },
    ".concurrency is not for a stream: leave it out, because its subscribers set their own limits",
  ],
])("checkConfig() refuses a stream with %s", (_, changes, problem) => {
  expect(problemsOf({ stream: true, ...changes })).toEqual([`subscriptions.crm${problem}`]);
});

const VALUE = "must be a string of at most 1000 characters, a finite number, true, false or null";
const POINTER = "must be a JSON pointer, such as /data/id";
const UNSET_VALUE = "is empty: set the environment variable it reads, or leave it out";
const SOURCE =
  'must be the name of a source or a pattern such as "stripe/*": 1 to 200 characters without control characters, with at most 5 stars';

test.each<[object, Condition[]]>([
  [{}, []],
  [{ "/data/paid": true }, [{ pointer: "/data/paid", test: "equals", value: true }]],
  [
    { "/a~1b": null, "/c": "" },
    [
      { pointer: "/a~1b", test: "equals", value: null },
      { pointer: "/c", test: "equals", value: "" },
    ],
  ],
  [
    { "/data/amount": { gte: 100, lt: 1_000, not: 500 } },
    [
      { pointer: "/data/amount", test: "gte", value: 100 },
      { pointer: "/data/amount", test: "lt", value: 1_000 },
      { pointer: "/data/amount", test: "not", value: 500 },
    ],
  ],
  [
    {
      "/a": { in: ["x", 1, false, null], exists: true, equals: "x" },
      "/b": { gt: "2026", lte: -1.5 },
    },
    [
      { pointer: "/a", test: "in", value: ["x", 1, false, null] },
      { pointer: "/a", test: "exists", value: true },
      { pointer: "/a", test: "equals", value: "x" },
      { pointer: "/b", test: "gt", value: "2026" },
      { pointer: "/b", test: "lte", value: -1.5 },
    ],
  ],
])("checkConfig() reads where %j", (where, expected) => {
  // The order of an object's tests counts for nothing.
  const sorted = (all: readonly Condition[]) => all.map((one) => JSON.stringify(one)).sort();
  expect(sorted(accept({ stream: true, where }).where)).toEqual(sorted(expected));
});

test.each<[string, object, string]>([
  ["no source", { sources: [] }, ".sources is empty"],
  [
    "a misspelt source",
    { sources: ["academy", "stripe/ue"] },
    '.sources[1] names an unknown source: did you mean "stripe/eu"?',
  ],
  [
    "a foreign source",
    { sources: ["somewhere-else"] },
    ".sources[0] names an unknown source: the sources are academy, stripe/eu",
  ],
  ["an empty source", { sources: [""] }, `.sources[0] ${SOURCE}`],
  ["many stars", { sources: ["*a*a*a*a*a*"] }, `.sources[0] ${SOURCE}`],
  ["one source outside a list", { sources: "academy" }, ".sources must be an array, not a string"],
  ["an order by a name", { orderBy: "id" }, `.orderBy ${POINTER}`],
  ["an order by everything", { orderBy: "" }, `.orderBy ${POINTER}`],
  ["conditions in an array", { where: [] }, ".where must be an object, not an array"],
  ["a condition on a name", { where: { "data.amount": 1 } }, `.where["data.amount"] ${POINTER}`],
  ["a bad escape in a pointer", { where: { "/a~2": 1 } }, `.where["/a~2"] ${POINTER}`],
  ["a value that is not set", { where: { "/a": undefined } }, `.where["/a"] ${UNSET_VALUE}`],
  ["a list as a value", { where: { "/a": ["x"] } }, '.where["/a"] must be an object, not an array'],
  ["a number that is none", { where: { "/a": Number.NaN } }, `.where["/a"] ${VALUE}`],
  ["a long value", { where: { "/a": "x".repeat(1_001) } }, `.where["/a"] ${VALUE}`],
  [
    "a test that is not set",
    { where: { "/a": { exists: true, equals: undefined } } },
    `.where["/a"].equals ${UNSET_VALUE}`,
  ],
  [
    "an empty test",
    { where: { "/a": {} } },
    '.where["/a"] has no test: it needs one or more of equals, not, in, exists, gt, gte, lt, lte',
  ],
  [
    "a misspelt test",
    { where: { "/a": { equal: 1 } } },
    '.where["/a"].equal is unknown: did you mean equals?',
  ],
  ["a list to equal", { where: { "/a": { not: ["x"] } } }, `.where["/a"].not ${VALUE}`],
  ["an empty list", { where: { "/a": { in: [] } } }, '.where["/a"].in is empty'],
  [
    "a long list",
    { where: { "/a": { in: Array.from({ length: 101 }, () => 1) } } },
    '.where["/a"].in must have at most 100 entries',
  ],
  ["an object in a list", { where: { "/a": { in: [1, {}] } } }, `.where["/a"].in[1] ${VALUE}`],
  [
    "exists as text",
    { where: { "/a": { exists: "yes" } } },
    '.where["/a"].exists must be a boolean, not a string',
  ],
  [
    "a comparison with true",
    { where: { "/a": { gt: true } } },
    '.where["/a"].gt must be a string of at most 1000 characters or a finite number',
  ],
  [
    "a comparison with infinity",
    { where: { "/a": { lte: Number.POSITIVE_INFINITY } } },
    '.where["/a"].lte must be a string of at most 1000 characters or a finite number',
  ],
  [
    "many tests",
    {
      where: Object.fromEntries(
        Array.from({ length: 11 }, (_, index) => [`/${index}`, { gt: 1, lt: 2 }]),
      ),
    },
    ".where must have at most 20 tests, but has 22",
  ],
  [
    "an unknown bound",
    { backlog: { events: 1 } },
    ".backlog.events is unknown: the keys here are deliveries, bytes, age",
  ],
  [
    "no room",
    { backlog: { deliveries: 0 } },
    ".backlog.deliveries must be a whole number from 1 to 1000000000, not 0",
  ],
  [
    "a short age",
    { backlog: { age: 999 } },
    ".backlog.age must be a whole number of milliseconds from 1000 to 31536000000, not 999",
  ],
])("checkConfig() refuses a subscription with %s", (_, changes, problem) => {
  expect(problemsOf({ stream: true, ...changes })).toEqual([`subscriptions.crm${problem}`]);
});

test("checkConfig() reads sources, an order and a backlog", () => {
  const sources = ["academy", "stripe/*", "*"];
  expect(
    accept({
      stream: true,
      sources,
      orderBy: "/data/customer/id",
      backlog: { bytes: 1, age: 60_000 },
    }),
  ).toMatchObject({
    sources,
    orderBy: "/data/customer/id",
    backlog: { deliveriesMax: BACKLOG_DEFAULT.deliveriesMax, bytesMax: 1, ageMsMax: 60_000 },
  });
});

test("defineConfig() takes one target of each kind, and refuses two", () => {
  const events = ["*"];
  const { subscriptions } = defineConfig({
    sources: {},
    subscriptions: {
      endpoint: {
        events,
        endpoint: URL,
        secret: process.env["NO_SUCH_SECRET"],
        where: { "/a": { gt: 1 } },
      },
      stream: { events, stream: true, orderBy: "/id", where: { "/a": "b" } },
      // @ts-expect-error: two targets.
      both: { events, endpoint: URL, stream: true },
      // @ts-expect-error: a variable may not be set, and the condition would be gone.
      unset: { events, stream: true, where: { "/a": process.env["NO_SUCH_VALUE"] } },
    },
  });
  expect(check(subscriptions?.["both"]).config).toBeNull();
  expect(check(subscriptions?.["unset"]).config).toBeNull();
});
