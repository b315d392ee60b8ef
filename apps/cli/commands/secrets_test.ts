import { type AdminHandlers, RpcError, type SecretStatusMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { CallOptions } from "../suite/call_hookgate.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";
import type { Ran } from "../suite/spawn_hookgate.ts";

const NOW = Date.now();
const AT = new Date(NOW).toISOString();

let secrets: SecretStatusMessage[] = [];
let asked: object[] = [];
let dispatcher: ScriptedDispatcher;

const admin: Partial<AdminHandlers> = {
  async listSecrets(request) {
    asked.push(request);
    if (request.source === "none") throw new RpcError("NOT_FOUND", "there is no source none");
    return { secrets };
  },
  async revokeEnrolment(request) {
    asked.push(request);
    return { secrets: 1 };
  },
  async openEnrolment(request) {
    asked.push(request);
    if (request.source !== "asana") {
      throw new RpcError("FAILED_PRECONDITION", "no handshake of generic delivers a secret");
    }
    return { untilMs: NOW, word: "sesame" };
  },
};

function secret(changes: Partial<SecretStatusMessage> = {}): SecretStatusMessage {
  return {
    source: "academy",
    secretId: "2026-10",
    state: "active",
    use: null,
    share: 0,
    safeToDrop: false,
    advice: "No secret of this source has been used yet.",
    ...changes,
  };
}

const USED = {
  use: {
    source: "academy",
    secretId: "2026-10",
    uses: 3,
    firstUsedAtMs: NOW - 86_400_000,
    lastUsedAtMs: NOW - 7_200_000,
  },
  share: 0.375,
};

function call(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return dispatcher.call(args, options);
}

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(admin);
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  secrets = [];
  asked = [];
});

test("hookgate secrets shows each with its use, and whether it can be dropped", async () => {
  secrets = [
    secret({ ...USED, state: "retiring", untilMs: NOW, safeToDrop: true, advice: "Why not\x1b." }),
    secret({ secretId: "1" }),
  ];
  const { code, out } = await call(["secrets"]);
  expect(code).toBe(0);
  const [title, first, second] = out.split("\n").map((line) => line.split(/ {2,}/));
  expect(title).toEqual(["SOURCE", "SECRET", "STATE", "USES", "SHARE", "LAST USED", "DROP", "WHY"]);
  expect(first).toEqual([
    "academy",
    "2026-10",
    `retiring until ${AT}`,
    "3",
    "37.5 %",
    "2h ago",
    "yes",
    "Why not\\u001b.",
  ]);
  expect(second?.slice(1, 7)).toEqual(["1", "active", "0", "0 %", "never", "no"]);
  expect(asked).toEqual([{ source: "" }]);
});

test("hookgate secrets --json prints one object per line", async () => {
  secrets = [secret({ ...USED, state: "retiring", untilMs: NOW }), secret()];
  const { out } = await call(["secrets", "--source", "academy", "--json"]);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({
    source: "academy",
    secretId: "2026-10",
    state: "retiring",
    until: AT,
    uses: 3,
    firstUsedAt: new Date(NOW - 86_400_000).toISOString(),
    lastUsedAt: new Date(NOW - 7_200_000).toISOString(),
    share: 0.375,
    safeToDrop: false,
    advice: "No secret of this source has been used yet.",
  });
  expect(lines[1]).toMatchObject({ until: null, uses: 0, firstUsedAt: null, lastUsedAt: null });
  expect(asked).toEqual([{ source: "academy" }]);
});

test("hookgate secrets fits its table into a terminal of 80 columns", async () => {
  secrets = [secret({ ...USED, state: "retiring", untilMs: NOW })];
  const { out } = await call(["secrets"], { columns: 80 });
  const lines = out.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines).toHaveLength(2);
});

test("hookgate secrets says that there are none", async () => {
  expect(await call(["secrets"])).toMatchObject({ code: 0, out: "", err: "No secrets.\n" });
  expect(await call(["secrets", "--json"])).toMatchObject({ code: 0, out: "", err: "" });
});

test("hookgate enrol opens an enrolment, for ten minutes or as many as are asked for", async () => {
  expect(await call(["enrol", "asana"])).toMatchObject({
    code: 0,
    out: `The enrolment of asana is open until ${AT}: create the webhook at the provider now, with /api/webhooks/asana?enrol=sesame as the end of its URL\n`,
    err: "",
  });
  await call(["enrol", "asana", "--minutes", "60"]);
  expect(asked).toEqual([
    { source: "asana", openMs: 600_000 },
    { source: "asana", openMs: 3_600_000 },
  ]);
});

test("hookgate enrol --revoke forgets delivered secrets, and says how many", async () => {
  expect(await call(["enrol", "asana", "--revoke", "--reason", "a stranger's"])).toMatchObject({
    code: 0,
    out: "The enrolment of asana is closed; delivered secrets that no longer verify: 1\n",
  });
  expect(asked).toMatchObject([{ source: "asana", reason: "a stranger's" }]);
});

test("hookgate secrets shows who delivered an enrolled secret", async () => {
  const delivered = { state: "enrolled", deliveredBy: "192.0.2.7", deliveredAtMs: NOW };
  secrets = [secret({ source: "asana", secretId: "enrolled-12345678", ...delivered })];
  expect((await call(["secrets"])).out).toContain("enrolled, from 192.0.2.7");
  expect(JSON.parse((await call(["secrets", "--json"])).out)).toMatchObject({
    deliveredBy: "192.0.2.7",
    deliveredAt: AT,
  });
});

test.each([
  [1, ["secrets", "--source", "none"], "Cannot list secrets: there is no source none"],
  [1, ["enrol", "academy"], "Cannot open the enrolment: no handshake of generic delivers a secret"],
  [2, ["enrol"], "missing required argument 'source'"],
  [2, ["enrol", "asana", "--minutes", "0"], "whole number from 1 to 60"],
  [2, ["enrol", "asana", "--minutes", "61"], "whole number from 1 to 60"],
  [2, ["enrol", "asana", "--minutes", "1.5"], "whole number from 1 to 60"],
  [2, ["secrets", "extra"], "too many arguments"],
])("hookgate exits with %d and one line for %j", async (code, args, line) => {
  const ran = await call(args);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
});
