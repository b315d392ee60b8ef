import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROVIDERS } from "@hookgate/providers";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { BACKLOG_DEFAULT, type Config } from "../config.ts";
import { checkConfig } from "./check_config.ts";

const NOW = Date.parse("2026-10-15T12:00:00Z");
const MIB = 1_048_576;
const DAY_MS = 86_400_000;

let directory: TemporaryDirectory;
let dir = "";

beforeAll(async () => {
  directory = await temporaryDirectory();
  dir = directory.path;
  writeFileSync(join(dir, "handler.ts"), "export function handle() {}\n");
  writeFileSync(join(dir, "secret"), "from a file\r\n");
  writeFileSync(join(dir, "blank"), " \n");
  writeFileSync(join(dir, "binary"), Uint8Array.of(0xff, 0xfe, 0x41));
  writeFileSync(join(dir, "long"), "x".repeat(20_000));
  mkdirSync(join(dir, "folder"));
});

afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

const academy = { provider: "generic", secrets: ["s3cret-of-the-academy"] };

function accept(data: unknown): { config: Config; warnings: string[] } {
  const checked = checkConfig(data, { dir, now: NOW });
  if (checked.config === null) throw new Error(checked.problems.join("\n"));
  return checked;
}

function problemsOf(data: unknown): string[] {
  const checked = checkConfig(data, { dir, now: NOW });
  return checked.config === null ? checked.problems : [];
}

/** Problems of a configuration with one subscription, `crm`. */
function problemsOfCrm(subscription: unknown): string[] {
  return problemsOf({ sources: { academy }, subscriptions: { crm: subscription } });
}

function acceptCrm(subscription: object, rest: object = {}) {
  const crm = { events: ["*"], handler: "handler.ts", ...subscription };
  const { config } = accept({ sources: { academy }, subscriptions: { crm }, ...rest });
  return config.subscriptions[0];
}

test("checkConfig() writes out every default", () => {
  const { config, warnings } = accept({ sources: { academy } });
  expect(warnings).toEqual([]);
  expect(config).toEqual({
    sources: [
      {
        name: "academy",
        provider: "generic",
        secrets: [{ id: "1", value: "s3cret-of-the-academy", state: "active", until: null }],
        scheme: null,
        publicUrl: null,
        settings: {},
        allowedIps: { mode: "off", ranges: [] },
      },
    ],
    subscriptions: [],
    trustedProxies: [],
    limits: {
      bodyBytesMax: MIB,
      bodyDeadlineMs: 10_000,
      headersDeadlineMs: 5_000,
      connectionsMax: 10_000,
      connectionsPerAddress: 1_000,
      inFlightMax: 2_000,
      inFlightBytesMax: 128 * MIB,
      answerBudgetMs: 2_000,
    },
    rateLimit: {
      windowMs: 900_000,
      max: 100,
      countVerified: false,
      sourcePerSecond: null,
      sourceBurst: null,
    },
    handlerEnv: [],
    handlerHosts: { count: expect.any(Number), memoryBytesMax: 512 * MIB },
    privateHosts: [],
    retention: {
      deliveredMs: 30 * DAY_MS,
      deadMs: 90 * DAY_MS,
      quarantineMs: 7 * DAY_MS,
      subscriptionsMs: 14 * DAY_MS,
    },
    notify: { consoleUrl: null, recipients: [] },
  });
  expect(config.handlerHosts.count).toBeGreaterThanOrEqual(1);
});

test("checkConfig() takes the largest body from the source, else from its provider, else from the limits", () => {
  const secrets = ["0123456789abcdef"];
  const ceilings = (limits: object = {}) => {
    const github = { provider: "github", secrets };
    const { config } = accept({
      sources: { academy, github, small: { ...github, bodyBytesMax: 5_000 } },
      limits,
    });
    return config.sources.map((source) => source.bodyBytesMax ?? config.limits.bodyBytesMax);
  };
  expect(ceilings()).toEqual([MIB, 25 * MIB, 5_000]);
  // A smaller general limit must not cost events that the provider documents.
  expect(ceilings({ bodyBytesMax: 1_000 })).toEqual([1_000, 25 * MIB, 5_000]);
  expect(ceilings({ bodyBytesMax: 30 * MIB })).toEqual([30 * MIB, 30 * MIB, 5_000]);
});

test("checkConfig() keeps every setting that is written", () => {
  const limits = {
    bodyBytesMax: 8 * MIB,
    bodyDeadlineMs: 1,
    headersDeadlineMs: 2,
    inFlightMax: 3,
    inFlightBytesMax: 8 * MIB,
    answerBudgetMs: 4,
  };
  const rateLimit = {
    windowMs: 60_000,
    max: 5,
    countVerified: true,
    sourcePerSecond: 6,
    sourceBurst: 7,
  };
  const handlerHosts = { count: 2, memoryBytesMax: 128 * MIB };
  const trustedProxies = ["10.0.0.0/8", "2001:DB8::1"];
  const { config } = accept({
    sources: { academy },
    limits,
    rateLimit,
    handlerHosts,
    trustedProxies,
  });
  expect(config).toMatchObject({
    limits,
    rateLimit,
    handlerHosts,
    trustedProxies: ["10.0.0.0/8", "2001:db8::1"],
  });
});

test.each<[object, object]>([
  [{ delivered: DAY_MS, dead: DAY_MS, quarantine: 3_600_000 }, [DAY_MS, DAY_MS, 3_600_000]],
  [{ delivered: 7 * DAY_MS }, [7 * DAY_MS, 90 * DAY_MS, 7 * DAY_MS]],
  [{ delivered: 365 * DAY_MS }, [365 * DAY_MS, 365 * DAY_MS, 7 * DAY_MS]],
])("checkConfig() reads the retention %j", (retention, expected) => {
  const { deliveredMs, deadMs, quarantineMs } = accept({ sources: { academy }, retention }).config
    .retention;
  expect([deliveredMs, deadMs, quarantineMs]).toEqual(expected);
});

test("checkConfig() reads how long unused subscriptions are kept", () => {
  const read = (subscriptions: number) =>
    accept({ sources: { academy }, retention: { subscriptions } }).config.retention.subscriptionsMs;
  expect(read(60_000)).toBe(60_000);
  expect(() => read(59_999)).toThrow();
});

test("checkConfig() takes undefined as absent", () => {
  const { config } = accept({
    sources: { academy: { ...academy, allowedIps: undefined } },
    limits: { bodyBytesMax: undefined },
    subscriptions: undefined,
  });
  expect(config.limits.bodyBytesMax).toBe(MIB);
});

test("checkConfig() reads secrets as text, as objects and from files", () => {
  const secrets = ["plain", { id: "2026-10", value: "written" }, { id: "f", file: "secret" }];
  const { config } = accept({ sources: { academy: { provider: "generic", secrets } } });
  expect(config.sources[0]?.secrets).toEqual([
    { id: "1", value: "plain", state: "active", until: null },
    { id: "2026-10", value: "written", state: "active", until: null },
    { id: "f", value: "from a file", state: "active", until: null },
  ]);
});

test("checkConfig() keeps secrets with their state and end, to be named when nothing else fits", () => {
  const secrets = [
    { id: "revoked", value: "r", state: "revoked" },
    { id: "past", value: "a", state: "retiring", until: "2026-10-15T12:00:00Z" },
    {
      id: "retiring",
      value: "b-long-enough-1",
      state: "retiring",
      until: "2026-10-15T14:00:01+02:00",
    },
    { id: "open", value: "c-long-enough-1", state: "retiring" },
    { value: "d-long-enough-1", state: "active" },
  ];
  const { config, warnings } = accept({ sources: { "stripe/eu": { ...academy, secrets } } });
  expect(config.sources[0]?.secrets).toEqual([
    { id: "revoked", value: "r", state: "revoked", until: null },
    { id: "past", value: "a", state: "retiring", until: NOW },
    { id: "retiring", value: "b-long-enough-1", state: "retiring", until: NOW + 1_000 },
    { id: "open", value: "c-long-enough-1", state: "retiring", until: null },
    { id: "5", value: "d-long-enough-1", state: "active", until: null },
  ]);
  expect(warnings).toEqual([
    'sources["stripe/eu"]: retiring secret past has expired and verifies nothing',
  ]);
});

test("checkConfig() does without the value of a secret that verifies nothing any more", () => {
  const secrets = [
    { id: "revoked", value: undefined, state: "revoked" },
    { id: "gone", file: "no such file", state: "revoked" },
    { id: "past", value: "", state: "retiring", until: "2026-10-15T12:00:00Z" },
    "s3cret-of-the-academy",
  ];
  const { config, warnings } = accept({ sources: { academy: { ...academy, secrets } } });
  expect(config.sources[0]?.secrets.map(({ id }) => id)).toEqual(["4"]);
  expect(warnings).toHaveLength(1);
});

test.each<[unknown, { mode: string; ranges: string[] }]>([
  [["10.0.0.1"], { mode: "enforce", ranges: ["10.0.0.1"] }],
  [{ ranges: ["10.0.0.0/8"] }, { mode: "enforce", ranges: ["10.0.0.0/8"] }],
  [
    { mode: "shadow", ranges: ["::1"] },
    { mode: "shadow", ranges: ["::1"] },
  ],
  [
    { mode: "off", ranges: [] },
    { mode: "off", ranges: [] },
  ],
])("checkConfig() reads allowedIps %j", (allowedIps, expected) => {
  const { config } = accept({ sources: { academy: { ...academy, allowedIps } } });
  expect(config.sources[0]?.allowedIps).toEqual(expected);
});

test.each(["academy", "stripe/eu", "a/b/c/d/e", "0-_", "constructor"])(
  "checkConfig() takes the source name %s",
  (name) => {
    expect(accept({ sources: { [name]: academy } }).config.sources[0]?.name).toBe(name);
  },
);

test("checkConfig() resolves a subscription", () => {
  expect(acceptCrm({ events: ["payment.*", "course.enrolled"] })).toEqual({
    name: "crm",
    events: ["payment.*", "course.enrolled"],
    target: { kind: "handler", path: join(dir, "handler.ts") },
    retry: {
      name: "standard",
      delaysMs: [5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000],
      jitter: 0.2,
    },
    sources: ["*"],
    where: [],
    orderBy: null,
    timeoutMs: 30_000,
    concurrency: null,
    backlog: BACKLOG_DEFAULT,
  });
  expect(
    acceptCrm({ handler: join(dir, "handler.ts"), timeout: 10, concurrency: 1 }),
  ).toMatchObject({
    target: { path: join(dir, "handler.ts") },
    timeoutMs: 10,
    concurrency: 1,
  });
});

const BACKOFF = { initial: 1_000, factor: 2, maxDelay: 60_000 };

test.each<[object, object]>([
  [{ retry: "fast" }, { name: "fast", delaysMs: [1_000, 2_000, 4_000], jitter: 0 }],
  [
    { retry: "fast", retries: 1 },
    { name: "fast", delaysMs: [1_000], jitter: 0 },
  ],
  [{ retry: "fast", retries: 5 }, { delaysMs: [1_000, 2_000, 4_000, 4_000, 4_000] }],
  [{ retries: 2 }, { name: "standard", delaysMs: [5_000, 30_000] }],
  [{ retries: 0 }, { name: "standard", delaysMs: [] }],
  [{ retry: "slow" }, { name: "slow", delaysMs: [100, 200], jitter: 0.5 }],
  [
    { retry: { maxAttempts: 3, backoff: BACKOFF } },
    { name: "custom", delaysMs: [1_000, 2_000, 4_000], jitter: 0 },
  ],
  [{ retry: { maxAttempts: 0, backoff: BACKOFF } }, { delaysMs: [] }],
  [{ retry: { maxAttempts: 8, backoff: { ...BACKOFF, factor: 1.5 } } }, { name: "custom" }],
  [{ retry: { delays: [100, 50], jitter: 1 } }, { name: "custom", delaysMs: [100, 50], jitter: 1 }],
  [{ retry: { delays: [] } }, { delaysMs: [] }],
  [{ retry: { delays: [] }, retries: 0 }, { delaysMs: [] }],
])("checkConfig() resolves %j", (subscription, retry) => {
  const retryPolicies = { slow: { delays: [100, 200], jitter: 0.5 } };
  expect(acceptCrm(subscription, { retryPolicies })?.retry).toMatchObject(retry);
});

const FORM = "1 to 5 segments of a-z, 0-9, _ and -, joined by /, such as stripe or stripe/eu";
const NAME_FORM = "1 to 100 letters, digits, dots, dashes or underscores";

test.each<[string, unknown, string]>([
  ["nothing", undefined, "the default export is missing: it must be an object"],
  ["null", null, "the default export must be an object, not null"],
  ["an array", [], "the default export must be an object, not an array"],
  ["no sources", {}, "sources is missing: it must be an object"],
  ["empty sources", { sources: {} }, "sources is empty: add a source, or nothing is accepted"],
  ["sources in an array", { sources: [] }, "sources must be an object, not an array"],
  [
    "a misspelt key",
    { sources: { academy }, subscription: {} },
    "subscription is unknown: did you mean subscriptions?",
  ],
  [
    "a foreign key",
    { sources: { academy }, database: {} },
    "database is unknown: the keys here are sources, trustedProxies, subscriptions, retryPolicies, limits, rateLimit, handlerHosts, handlerEnv, privateHosts, retention, notify",
  ],
  [
    "a range that is none",
    { sources: { academy }, trustedProxies: ["10.0.0.0/8", "all"] },
    "trustedProxies[1] must be an address or a CIDR range, such as 203.0.113.7 or 10.0.0.0/8",
  ],
  [
    "too many ranges",
    { sources: { academy }, trustedProxies: Array.from({ length: 1_001 }, () => "::1") },
    "trustedProxies must have at most 1000 entries",
  ],
  [
    "a private host with a port",
    { sources: { academy }, privateHosts: ["crm.internal", "crm.internal:8080"] },
    "privateHosts[1] must be an exact host name or an address, without a port, such as crm.internal or 10.0.0.7",
  ],
  [
    "too many private hosts",
    { sources: { academy }, privateHosts: Array.from({ length: 101 }, () => "::1") },
    "privateHosts must have at most 100 entries",
  ],
  [
    "a retention of minutes",
    { sources: { academy }, retention: { quarantine: 60_000 } },
    "retention.quarantine must be a whole number of milliseconds from 3600000 to 315360000000, not 60000",
  ],
  [
    "dead events that go first",
    { sources: { academy }, retention: { dead: 30 * DAY_MS - 1 } },
    "retention.dead must be at least delivered (2592000000): dead events are the ones that people look for longest",
  ],
  [
    "a large body",
    { sources: { academy }, limits: { bodyBytesMax: 32 * MIB + 1 } },
    "limits.bodyBytesMax must be a whole number of bytes from 1 to 33554432, not 33554433",
  ],
  [
    "a large body of a source",
    { sources: { academy: { ...academy, bodyBytesMax: 32 * MIB + 1 } } },
    "sources.academy.bodyBytesMax must be a whole number of bytes from 1 to 33554432, not 33554433",
  ],
  [
    "a source whose bodies never fit",
    {
      sources: { academy: { ...academy, bodyBytesMax: 3 * MIB } },
      limits: { inFlightBytesMax: 2 * MIB },
    },
    "limits.inFlightBytesMax must be at least 3145728, the largest bodyBytesMax of a source, or such bodies never fit",
  ],
  [
    "a burst of no rate",
    { sources: { academy }, rateLimit: { sourceBurst: 5 } },
    "rateLimit.sourceBurst needs sourcePerSecond: without it a source has no limit",
  ],
  [
    "bodies that never fit",
    { sources: { academy }, limits: { inFlightBytesMax: 5 } },
    "limits.inFlightBytesMax must be at least 1048576, the largest bodyBytesMax of a source, or such bodies never fit",
  ],
  [
    "a limit of nothing",
    { sources: { academy }, limits: { inFlightMax: 0 } },
    "limits.inFlightMax must be a whole number from 1 to 100000, not 0",
  ],
  [
    "a limit as text",
    { sources: { academy }, limits: { answerBudgetMs: "2s" } },
    "limits.answerBudgetMs must be a whole number of milliseconds from 1 to 60000, not a string",
  ],
  [
    "a limit that is no number",
    { sources: { academy }, rateLimit: { max: Number.NaN } },
    "rateLimit.max must be a whole number from 1 to 1000000, not NaN",
  ],
  [
    "a switch as text",
    { sources: { academy }, rateLimit: { countVerified: "no" } },
    "rateLimit.countVerified must be a boolean, not a string",
  ],
  [
    "too little memory",
    { sources: { academy }, handlerHosts: { memoryBytesMax: 1 } },
    "handlerHosts.memoryBytesMax must be a whole number of bytes from 67108864 to 68719476736, not 1",
  ],
  [
    "a built-in policy",
    { sources: { academy }, retryPolicies: { standard: { delays: [1] } } },
    "retryPolicies.standard is built in: choose another name",
  ],
  [
    "a policy's odd name",
    { sources: { academy }, retryPolicies: { "a b": { delays: [1] } } },
    `retryPolicies["a b"] is not a valid name: use ${NAME_FORM}`,
  ],
  [
    "a name of the doctor's",
    { sources: { academy, "hookgate-doctor/a": academy } },
    'sources["hookgate-doctor/a"] is the name of the doctor\'s test events: choose another',
  ],
  [
    "a subscription's odd name",
    { sources: { academy }, subscriptions: { "a/b": {} } },
    `subscriptions["a/b"] is not a valid name: use ${NAME_FORM}`,
  ],
])("checkConfig() refuses %s", (_, data, problem) => {
  expect(problemsOf(data)).toEqual([problem]);
});

test("checkConfig() tells of a bodyBytesMax that is no number, and of nothing that would follow from it", () => {
  expect(problemsOf({ sources: { academy }, limits: { bodyBytesMax: "1MB" } })).toEqual([
    "limits.bodyBytesMax must be a whole number of bytes from 1 to 33554432, not a string",
  ]);
});

test.each(["Academy", "a//b", "/a", "a/", "a/b/c/d/e/f", "a.b", "ä", "a b", "x".repeat(65), "a\n"])(
  "checkConfig() refuses the source name %j",
  (name) => {
    expect(problemsOf({ sources: { [name]: academy } })).toEqual([
      expect.stringMatching(/^sources\S* ?.* is not a valid name: use /),
    ]);
    expect(problemsOf({ sources: { [name]: academy } })[0]).toContain(FORM);
  },
);

const EMPTY = "is empty: set the environment variable it reads";
const RANGE = "must be an address or a CIDR range, such as 203.0.113.7 or 10.0.0.0/8";
const UNKNOWN_PROVIDER = `provider is unknown: the providers are ${Object.keys(PROVIDERS).join(", ")}`;
const NO_SECRET = "add one, because a source without a secret accepts nothing";

test.each<[string, object, string]>([
  [
    "no provider",
    { provider: undefined },
    "provider is missing: name a provider, or write your own recipe",
  ],
  ["a misspelt provider", { provider: "genric" }, 'provider is unknown: did you mean "generic"?'],
  ["an unknown provider", { provider: "nobody_we_know" }, UNKNOWN_PROVIDER],
  ["a provider of every object", { provider: "constructor" }, UNKNOWN_PROVIDER],
  ["no secrets", { secrets: undefined }, "secrets is missing: it must be an array"],
  ["an empty list", { secrets: [] }, `secrets is empty: ${NO_SECRET}`],
  ["a secret outside a list", { secrets: "s3cret" }, "secrets must be an array, not a string"],
  ["a variable that is unset", { secrets: [undefined] }, `secrets[0] ${EMPTY}`],
  ["a variable that is empty", { secrets: ["ok", ""] }, `secrets[1] ${EMPTY}`],
  ["blanks", { secrets: [" \t"] }, `secrets[0] ${EMPTY}`],
  ["null", { secrets: [null] }, `secrets[0] ${EMPTY}`],
  [
    "a template of a variable",
    { secrets: ["undefined"] },
    "secrets[0] is the word undefined: set the environment variable it reads",
  ],
  ["a number", { secrets: [12_345] }, "secrets[0] must be a string, not a number"],
  [
    "a long secret",
    { secrets: ["x".repeat(4_097)] },
    "secrets[0] must have at most 4096 characters",
  ],
  [
    "a written one that is unset",
    { secrets: [{ id: "a", value: undefined }] },
    `secrets[0].value ${EMPTY}`,
  ],
  ["neither value nor file", { secrets: [{ id: "a" }] }, `secrets[0].value ${EMPTY}`],
  [
    "value and file",
    { secrets: [{ value: "a", file: "secret" }] },
    "secrets[0] has value and file: keep one",
  ],
  [
    "an odd id",
    { secrets: [{ id: "a b", value: "x" }] },
    "secrets[0].id must have 1 to 64 letters, digits, dots, dashes or underscores",
  ],
  [
    "one id twice",
    { secrets: [{ id: "2", value: "x" }, "y"] },
    'secrets[1] repeats the id "2": give each secret its own',
  ],
  [
    "an unknown state",
    { secrets: [{ value: "x", state: "old" }] },
    'secrets[0].state must be one of "active", "retiring", "revoked"',
  ],
  [
    "a date that is none",
    { secrets: [{ value: "x", state: "retiring", until: "soon" }] },
    "secrets[0].until must be a date and time such as 2026-10-31T00:00:00Z",
  ],
  [
    "an active secret's end",
    { secrets: [{ value: "x", until: "2027-01-01T00:00:00Z" }] },
    'secrets[0].until is only for a secret whose state is "retiring"',
  ],
  [
    "revoked ones alone",
    { secrets: [{ value: "x", state: "revoked" }] },
    `secrets has no secret in force: ${NO_SECRET}`,
  ],
  [
    "too many",
    { secrets: Array.from({ length: 11 }, (_, index) => `s${index}`) },
    "secrets must have at most 10 entries",
  ],
  [
    "a misspelt key of one",
    { secrets: [{ value: "x", states: "active" }] },
    "secrets[0].states is unknown: did you mean state?",
  ],
  [
    "an allow list of nobody",
    { allowedIps: [] },
    "allowedIps has no ranges, so nobody could send: add some",
  ],
  ["a range that is none", { allowedIps: ["10.0.0.1", "10.0.0.0/33"] }, `allowedIps[1] ${RANGE}`],
  [
    "an unknown mode",
    { allowedIps: { mode: "on", ranges: ["::1"] } },
    'allowedIps.mode must be one of "off", "shadow", "enforce"',
  ],
  [
    "an allow list as text",
    { allowedIps: "10.0.0.1" },
    "allowedIps must be an object, not a string",
  ],
  ["a misspelt key", { allowedIp: ["10.0.0.1"] }, "allowedIp is unknown: did you mean allowedIps?"],
])("checkConfig() refuses a source with %s", (_, changes, problem) => {
  expect(problemsOf({ sources: { academy: { ...academy, ...changes } } })).toEqual([
    `sources.academy.${problem}`,
  ]);
});

test.each(["nowhere", "folder", "blank", "binary", "long"])(
  "checkConfig() refuses the secret's file %s",
  (file) => {
    const sources = { academy: { ...academy, secrets: [{ file }] } };
    expect(problemsOf({ sources })).toEqual([
      `sources.academy.secrets[0].file names ${join(dir, file)}, ` +
        "which is not a readable UTF-8 file of 1 to 4096 characters",
    ]);
  },
);

const ONE_TARGET = "it needs exactly one of handler, endpoint and stream: true";
const PATTERN =
  'must be an event type or a pattern such as "payment.*": 1 to 200 characters without control ' +
  "characters, with at most 5 stars";

test.each<[string, object, string]>([
  ["no events", { events: undefined }, ".events is missing: it must be an array"],
  ["an empty list", { events: [] }, ".events is empty"],
  ["an empty type", { events: ["a", ""] }, `.events[1] ${PATTERN}`],
  ["a line break in a type", { events: ["a\nb"] }, `.events[0] ${PATTERN}`],
  ["a long type", { events: ["x".repeat(201)] }, `.events[0] ${PATTERN}`],
  ["many stars", { events: ["*a*a*a*a*a*"] }, `.events[0] ${PATTERN}`],
  ["a type that is none", { events: [1] }, `.events[0] ${PATTERN}`],
  ["no target", { handler: undefined }, ` has no target: ${ONE_TARGET}`],
  ["a handler that is none", { handler: 1 }, ".handler must be a string, not a number"],
  ["an unknown policy", { retry: "fats" }, '.retry names an unknown policy: did you mean "fast"?'],
  [
    "a foreign policy",
    { retry: "exponential" },
    ".retry names an unknown policy: define it under retryPolicies, or use fast, standard",
  ],
  [
    "a policy of every object",
    { retry: "toString" },
    ".retry names an unknown policy: define it under retryPolicies, or use fast, standard",
  ],
  [
    "half a policy",
    { retry: { maxAttempts: 3 } },
    ".retry needs either maxAttempts and backoff, or only delays",
  ],
  [
    "both forms of a policy",
    { retry: { maxAttempts: 3, backoff: BACKOFF, delays: [1] } },
    ".retry needs either maxAttempts and backoff, or only delays",
  ],
  ["an empty policy", { retry: {} }, ".retry needs either maxAttempts and backoff, or only delays"],
  ["a policy that is none", { retry: 3 }, ".retry must be an object, not a number"],
  [
    "a misspelt backoff",
    { retry: { maxAttempts: 3, backoff: { ...BACKOFF, max: 1 } } },
    ".retry.backoff.max is unknown: the keys here are initial, factor, maxDelay",
  ],
  [
    "a shrinking backoff",
    { retry: { maxAttempts: 3, backoff: { ...BACKOFF, factor: 0.5 } } },
    ".retry.backoff.factor must be a number from 1 to 1000, not 0.5",
  ],
  [
    "a wait of nothing",
    { retry: { delays: [0] } },
    ".retry.delays[0] must be a whole number of milliseconds from 1 to 604800000, not 0",
  ],
  [
    "a wait of more than a week",
    { retry: { delays: [604_800_001] } },
    ".retry.delays[0] must be a whole number of milliseconds from 1 to 604800000, not 604800001",
  ],
  [
    "a jitter over 1",
    { retry: { delays: [1], jitter: 1.1 } },
    ".retry.jitter must be a number from 0 to 1, not 1.1",
  ],
  ["too many retries", { retries: 101 }, ".retries must be a whole number from 0 to 100, not 101"],
  [
    "retries without a wait",
    { retry: { delays: [] }, retries: 3 },
    ".retries cannot extend a policy without delays: set its delays",
  ],
  [
    "a timeout as text",
    { timeout: "30s" },
    ".timeout must be a whole number of milliseconds from 1 to 3600000, not a string",
  ],
  [
    "no concurrency",
    { concurrency: 0 },
    ".concurrency must be a whole number from 1 to 1000, not 0",
  ],
  ["a misspelt key", { retires: 3 }, ".retires is unknown: did you mean retries?"],
])("checkConfig() refuses a subscription with %s", (_, changes, problem) => {
  const subscription = { events: ["*"], handler: "handler.ts", ...changes };
  expect(problemsOfCrm(subscription)).toEqual([`subscriptions.crm${problem}`]);
});

test.each(["nowhere.ts", "folder", "handler.ts/x"])(
  "checkConfig() refuses the handler %s",
  (handler) => {
    expect(problemsOfCrm({ events: ["*"], handler })).toEqual([
      `subscriptions.crm.handler names ${join(dir, handler)}, which is not a file: ` +
        "the path is relative to the configuration file",
    ]);
  },
);

test("checkConfig() reports a policy once, not at each use", () => {
  const crm = { events: ["*"], handler: "handler.ts", retry: "slow" };
  const retryPolicies = { slow: { delays: [-1] } };
  expect(problemsOf({ sources: { academy }, subscriptions: { crm }, retryPolicies })).toEqual([
    "retryPolicies.slow.delays[0] must be a whole number of milliseconds from 1 to 604800000, not -1",
  ]);
});

test("checkConfig() tells every problem at once, and no secret", () => {
  const problems = problemsOf({
    sources: {
      academy: {
        provider: "hunter2",
        secrets: [undefined, { valu: "hunter2" }],
        allowedIps: ["x"],
      },
      Bad: academy,
    },
    subscriptions: {
      crm: { events: [], handler: "nowhere.ts", timeout: -1, endpoint: "http://a" },
      erp: "handler.ts",
    },
    retryPolicies: { fast: { delays: ["1"] } },
    limits: { bodyBytes: 1, inFlightMax: -1 },
    rateLimit: null,
    source: 1,
  });
  expect(problems.map((problem) => problem.split(" ", 1)[0]).sort()).toEqual([
    "limits.bodyBytes",
    "limits.inFlightMax",
    "rateLimit",
    "retryPolicies.fast",
    "retryPolicies.fast.delays[0]",
    "source",
    "sources.Bad",
    "sources.academy.allowedIps[0]",
    "sources.academy.provider",
    "sources.academy.secrets[0]",
    "sources.academy.secrets[1].valu",
    "subscriptions.crm",
    "subscriptions.crm.events",
    "subscriptions.crm.handler",
    "subscriptions.crm.timeout",
    "subscriptions.erp",
  ]);
  expect(problems.join()).not.toContain("hunter2");
});

test("checkConfig() bounds sources, subscriptions and policies", () => {
  const many = (value: unknown, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, value]));
  const crm = { events: ["*"], handler: "handler.ts" };
  expect(
    problemsOf({
      sources: many(academy, 1_001),
      subscriptions: many(crm, 1_001),
      retryPolicies: many({ delays: [1] }, 101),
    }),
  ).toEqual([
    "sources must have at most 1000 entries",
    "subscriptions must have at most 1000 entries",
    "retryPolicies must have at most 100 entries",
  ]);
});

test("checkConfig() refuses a handlerEnv with credentials of Hookgate's own", () => {
  const { config } = accept({ sources: { academy }, handlerEnv: ["CRM_TOKEN"] });
  expect(config.handlerEnv).toEqual(["CRM_TOKEN"]);
  expect(problemsOf({ sources: { academy }, handlerEnv: ["MONGODB_URI", "A-B"] })).toEqual([
    "handlerEnv[0] is a credential of Hookgate's own: handlers never get it",
    "handlerEnv[1] is not the name of a variable",
  ]);
});

test.each([
  "0.0.0.0/0",
  "::/0",
  "128.0.0.0/1",
  "::ffff:0:0/96",
  "2000::/3",
  // Most of what registries have given away, and blocks of which everybody can rent a part.
  "2000::/7",
  "2600::/12",
  // All of IPv4, as translators and 6to4 write it.
  "64:ff9b::/96",
  "64:ff9a::/31",
  "64:ff9b:1:ffff::/96",
  "::ffff:0:0:0/96",
  "::/96",
  "::/20",
  "2002::/16",
  "2002:8000::/17",
  "fc00::/6",
])("checkConfig() refuses %s as a trusted proxy", (range) => {
  expect(problemsOf({ sources: { academy }, trustedProxies: ["fc00::/7", range] })).toEqual([
    "trustedProxies[1] trusts so many addresses that anybody could claim any address: name your own proxies",
  ]);
});

test("checkConfig() refuses a placeholder and warns of a weak secret, and shows neither", () => {
  const { warnings } = accept({ sources: { academy: { ...academy, secrets: ["changeme"] } } });
  expect(warnings).toEqual([
    "sources.academy: secret 1 is a well-known example, so it can be guessed: use the provider's own, or 32 random bytes",
  ]);
  expect(problemsOf({ sources: { academy: { ...academy, secrets: ["<your secret>"] } } })).toEqual([
    "sources.academy.secrets[0] is a placeholder: set it to the real secret",
  ]);
});

test.each([
  ["a-long-secret-1234567\n", "begins or ends with white space"],
  [" a-long-secret-1234567", "begins or ends with white space"],
  ['"a-long-secret-1234567"', "stands in quotes"],
])("checkConfig() warns of what stands around the secret %j", (secret, what) => {
  const { warnings } = accept({ sources: { academy: { ...academy, secrets: [secret] } } });
  expect(warnings).toEqual([
    `sources.academy: secret 1 ${what}, which counts as a part of it: take that away unless the sender has it, too`,
  ]);
});

test("checkConfig() warns of a type that the provider calls so, and nobody here", () => {
  const stripe = { provider: "stripe", secrets: ["whsec_c2VjcmV0LW9mLXRoZS1hY2FkZW15"] };
  const warningsOf = (subscription: object) =>
    accept({
      sources: { academy, stripe },
      subscriptions: { crm: { handler: "handler.ts", ...subscription } },
    }).warnings;
  expect(warningsOf({ events: ["charge.refunded", "charge.captured"] })).toEqual([
    "subscriptions.crm: events that stripe calls charge.refunded have the type payment.refunded here, so name that one",
  ]);
  expect(warningsOf({ events: ["charge.refunded", "payment.refunded"] })).toEqual([]);
  expect(warningsOf({ events: ["charge.refunded", "payment.*"] })).toEqual([]);
  expect(warningsOf({ events: ["charge.refunded"], sources: ["academy"] })).toEqual([]);
  expect(warningsOf({ events: ["charge.refunded"], sources: ["acad*"] })).toEqual([]);
});

test("checkConfig() takes a network of any owner as a trusted proxy", () => {
  const trustedProxies = [
    "10.0.0.0/8",
    "fc00::/7",
    "fd00::/8",
    "fe80::/10",
    "2400:cb00::/32",
    "2a06:98c0::/29",
    "64:ff9b::a00:0/104",
    "2002:a00::/24",
    "::1",
    "::1/128",
  ];
  expect(accept({ sources: { academy }, trustedProxies }).config).toMatchObject({ trustedProxies });
});
