import { createLog } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import { exampleSecret, exampleSource } from "../suite/example_source.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { type SecretCallsOptions, secretCalls } from "./secret_calls.ts";

const NOW = 1_763_950_000_000;
const use = { source: "academy", secretId: "1", uses: 3, firstUsedAt: 5, lastUsedAt: 9 };

function makeCalls(changes: Partial<SecretCallsOptions["store"]> = {}) {
  const opened: unknown[] = [];
  const logged: string[] = [];
  const secrets = [exampleSecret(), exampleSecret({ id: "2", state: "retiring", until: NOW + 1 })];
  const calls = secretCalls({
    store: {
      now: () => NOW,
      secretUses: async () => [use, { ...use, source: "gone" }],
      enrolments: async () => [],
      openEnrolment: async (enrolment) => void opened.push(enrolment),
      revokeEnrolment: async (source) => (source === "asana" ? 2 : 0),
      ...changes,
    },
    passed: noJumps({ now: () => NOW }),
    sources: () => [
      exampleSource({ secrets }),
      exampleSource({ name: "asana", provider: "asana", secrets: [] }),
    ],
    log: createLog({
      name: "test",
      level: "warn",
      destination: { write: (line: string) => void logged.push(line) },
    }),
  });
  return { calls, opened, logged };
}

test("listSecrets() gives every secret with its use, and never its value", async () => {
  const { calls } = makeCalls();
  const { secrets } = await calls.listSecrets({ source: "" });
  expect(secrets).toMatchObject([
    {
      source: "academy",
      secretId: "1",
      state: "active",
      use: { uses: 3, firstUsedAtMs: 5, lastUsedAtMs: 9 },
      share: 1,
      safeToDrop: false,
    },
    { source: "academy", secretId: "2", state: "retiring", untilMs: NOW + 1, use: null, share: 0 },
    { source: "gone", secretId: "1", state: "removed" },
  ]);
  expect(secrets[0]).not.toHaveProperty("untilMs");
  expect(JSON.stringify(secrets)).not.toContain(exampleSecret().value);
});

test.each([
  ["academy", ["1", "2"]],
  ["gone", ["1"]],
  ["asana", []],
])("listSecrets() of %s", async (source, ids) => {
  const { secrets } = await makeCalls().calls.listSecrets({ source });
  expect(secrets.map(({ secretId }) => secretId)).toEqual(ids);
});

test("listSecrets() of a source that there is not is NOT_FOUND", async () => {
  const listed = makeCalls().calls.listSecrets({ source: "none" });
  await expect(listed).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "there is no source none",
  });
});

test.each([
  [0, 600_000],
  [1, 1],
  [3_600_000, 3_600_000],
])("openEnrolment() for %d ms", async (openMs, until) => {
  const { calls, opened } = makeCalls();
  const { untilMs, word } = await calls.openEnrolment({ source: "asana", openMs });
  expect(untilMs).toBe(NOW + until);
  expect(word).toMatch(/^[\w-]{22}$/);
  expect(opened).toEqual([{ source: "asana", until: NOW + until, word }]);
  expect((await calls.openEnrolment({ source: "asana", openMs })).word).not.toBe(word);
});

test("revokeEnrolment() says how many secrets it forgot", async () => {
  const { calls, logged } = makeCalls();
  expect(await calls.revokeEnrolment({ source: "asana" })).toEqual({ secrets: 2 });
  expect(logged.join("")).toContain('"revoked":2');
  expect(await calls.revokeEnrolment({ source: "academy" })).toEqual({ secrets: 0 });
  await expect(calls.revokeEnrolment({ source: "asna" })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "there is no source asna",
  });
});

test("listSecrets() shows where an enrolled secret came from", async () => {
  const deliveries = [{ address: "192.0.2.7", at: 9 }];
  const enrolments = async () => [{ source: "asana", openUntil: null, secrets: ["s"], deliveries }];
  const { secrets } = await makeCalls({ enrolments }).calls.listSecrets({ source: "asana" });
  expect(secrets).toMatchObject([
    { state: "enrolled", deliveredBy: "192.0.2.7", deliveredAtMs: 9 },
  ]);
});

test.each([
  ["asana", -1, "INVALID_ARGUMENT"],
  ["asana", 3_600_001, "INVALID_ARGUMENT"],
  ["none", 0, "NOT_FOUND"],
  ["academy", 0, "FAILED_PRECONDITION"],
])("openEnrolment() of %s for %d ms is %s", async (source, openMs, code) => {
  const { calls, opened } = makeCalls();
  const call = calls.openEnrolment({ source, openMs });
  await expect(call).rejects.toMatchObject({ code });
  expect(opened).toEqual([]);
});

test("calls about secrets are UNAVAILABLE where the store is", async () => {
  const fail = () => Promise.reject(new StoreUnavailableError("gone"));
  const { calls } = makeCalls({ secretUses: fail, openEnrolment: fail });
  await expect(calls.listSecrets({ source: "" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(calls.openEnrolment({ source: "asana", openMs: 0 })).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
});
