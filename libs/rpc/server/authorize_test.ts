import type { ServiceDefinition } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { service as HEALTH } from "grpc-health-check";
import { ADMIN_CALLS } from "../generated/admin_calls.ts";
import { type RawClient, rawClient } from "../suite/raw_client.ts";
import { loadReflection } from "../suite/reflection.ts";
import { errorOf, type Pair, receive, startPair } from "../suite/rpc_pair.ts";
import { healthyAdmin } from "../suite/unanswered_admin.ts";
import { adminHandlers } from "../transport/admin_handlers.ts";
import { RpcError } from "../transport/rpc_error.ts";
import {
  ADMIN_SERVICE,
  INGEST_SERVICE,
  methodDefinition,
  SUBSCRIPTION_SERVICE,
} from "../transport/services.ts";

const TOKENS = new Map(
  Object.entries({
    "of-edge": ["ingest"],
    "of-operator": ["admin"],
    "of-viewer": ["view"],
    "of-proposer": ["view", "propose"],
    "of-both": ["ingest", "admin"],
    "of-crm": ["subscribe:admin", "subscribe:ingest"],
    "of-nobody": [],
  }).map(([token, scopes]) => [token, { name: `the name ${token}`, scopes }]),
);

const METHODS: Record<string, ServiceDefinition[string] | undefined> = {
  capture: methodDefinition(INGEST_SERVICE, "Capture"),
  report: methodDefinition(INGEST_SERVICE, "Report"),
  subscribe: methodDefinition(SUBSCRIPTION_SERVICE, "Subscribe"),
  admin: methodDefinition(ADMIN_SERVICE, "GetHealth"),
  health: HEALTH.Check,
  reflection: loadReflection("v1"),
  "reflection (alpha)": loadReflection("v1alpha"),
};

let pair: Pair;
let raw: RawClient;
beforeAll(async () => {
  pair = await startPair({
    serverSecurity: { tokens: TOKENS, tls: null },
    admin: healthyAdmin(),
    report: async () => ({ refusedKept: 0, enrolmentsOpen: [], enrolled: [], trials: [] }),
    subscribe: (call) => call.receive({ message() {}, end: () => call.end(), error() {} }),
    capture: (call) => call.receive({ message() {}, end: () => call.end(), error() {} }),
  });
  raw = rawClient(pair.server.address);
});
afterAll(async () => {
  raw[Symbol.dispose]();
  await pair[Symbol.asyncDispose]();
});

const NO = "UNAUTHENTICATED";
const DENIED = "PERMISSION_DENIED";

test.each([
  // headers, then: capture and report, subscribe, admin, health, reflection
  ["no header", [], NO, NO, NO, "OK", NO],
  ["an unknown token", ["Bearer of-stranger"], NO, NO, NO, "OK", NO],
  ["an empty token", ["Bearer "], NO, NO, NO, "OK", NO],
  ["a token without its scheme", ["of-both"], NO, NO, NO, "OK", NO],
  ["another scheme", ["Basic of-both"], NO, NO, NO, "OK", NO],
  ["the beginning of a token", ["Bearer of-bot"], NO, NO, NO, "OK", NO],
  ["a token and more", ["Bearer of-both x"], NO, NO, NO, "OK", NO],
  ["nothing but the scheme", ["Bearer"], NO, NO, NO, "OK", NO],
  ["a token in capitals", ["Bearer OF-BOTH"], NO, NO, NO, "OK", NO],
  ["an edge's token", ["Bearer of-edge"], "OK", DENIED, DENIED, "OK", "OK"],
  ["an operator's token", ["Bearer of-operator"], DENIED, DENIED, "OK", "OK", "OK"],
  ["a token with both scopes", ["Bearer of-both"], "OK", DENIED, "OK", "OK", "OK"],
  ["a viewer's token", ["Bearer of-viewer"], DENIED, DENIED, "OK", "OK", "OK"],
  ["a scheme in small letters", ["bearer of-both"], "OK", DENIED, "OK", "OK", "OK"],
  ["a subscriber's token", ["Bearer of-crm"], DENIED, "OK", DENIED, "OK", "OK"],
  ["a token without scopes", ["Bearer of-nobody"], DENIED, DENIED, DENIED, "OK", "OK"],
])("with %s", async (_what, values, capture, subscribe, admin, health, reflection) => {
  const headers = values.map((value) => ["authorization", value] as const);
  const codes: Record<string, string> = {};
  for (const [name, definition] of Object.entries(METHODS)) {
    if (!definition) throw new Error(`${name} has no definition`);
    const request = name.startsWith("reflection") ? { listServices: "*" } : {};
    codes[name] = (await raw.call(definition, request, headers)).code;
  }
  expect(codes).toEqual({
    capture,
    report: capture,
    subscribe,
    admin,
    health,
    reflection,
    "reflection (alpha)": reflection,
  });
});

test("a refusal says what is missing, and not what was sent", async () => {
  const { capture } = METHODS;
  if (!capture) throw new Error("capture has no definition");
  const unknown = await raw.call(capture, {}, [["authorization", "Bearer of-stranger"]]);
  expect(unknown.details).toBe("Cannot call hookgate.v1.IngestService: it needs a valid token");
  const lacking = await raw.call(capture, {}, [["authorization", "Bearer of-operator"]]);
  expect(lacking.details).toBe(
    'Cannot call hookgate.v1.IngestService: the token lacks the scope "ingest"',
  );
  const { subscribe } = METHODS;
  if (!subscribe) throw new Error("subscribe has no definition");
  const without = await raw.call(subscribe, {}, [["authorization", "Bearer of-operator"]]);
  expect(without.details).toBe(
    'Cannot call hookgate.v1.SubscriptionService: the token lacks a scope that begins with "subscribe:"',
  );
});

test("connectRpc() shows its token to every call, and is told when it will not do", async () => {
  const serverSecurity = { tokens: TOKENS, tls: null };
  const as = (token: string | null) =>
    startPair({ serverSecurity, admin: healthyAdmin(), clientSecurity: { token, tls: null } });
  for (const [token, capture, admin] of [
    ["of-both", null, null],
    ["of-edge", null, DENIED],
    ["of-operator", DENIED, null],
    [null, NO, NO],
  ] as const) {
    const { client, nextCall, [Symbol.asyncDispose]: dispose } = await as(token);
    try {
      const call = client.capture();
      const { over } = receive(call);
      if (capture === null) {
        const served = await nextCall();
        served.end();
        expect(await over).toBe("end");
      } else {
        expect(await over).toMatchObject({ name: "RpcError", code: capture });
      }
      if (admin === null) expect((await client.admin.getHealth({})).queueSize).toBe(3);
      else expect((await errorOf(client.admin.getHealth({}))).code).toBe(admin);
    } finally {
      await dispose();
    }
  }
});

test("a token with view reads what an operator reads, one with propose also proposes, and they change nothing", async () => {
  const called: string[] = [];
  const admin = adminHandlers((name) => async (_: unknown, caller?: { name: string }) => {
    called.push(`${name} by ${caller?.name}`);
    throw new RpcError("NOT_FOUND", "it was let in");
  });
  const seen = await startPair({ serverSecurity: { tokens: TOKENS, tls: null }, admin });
  const calls = rawClient(seen.server.address);
  try {
    for (const [token, proposes, changes] of [
      ["of-viewer", DENIED, DENIED],
      ["of-proposer", "NOT_FOUND", DENIED],
      ["of-operator", "NOT_FOUND", "NOT_FOUND"],
    ] as const) {
      const headers = [["authorization", `Bearer ${token}`]] as const;
      for (const name of ADMIN_CALLS) {
        const method = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        const { code } = await calls.call(methodDefinition(ADMIN_SERVICE, method), {}, headers);
        const reads = /^(?:get|list|find)/.test(name);
        const acts = name === "propose" ? proposes : changes;
        expect([name, code]).toEqual([name, reads ? "NOT_FOUND" : acts]);
      }
    }
    expect(called).toContain("retryDelivery by the name of-operator");
    expect(called).toContain("listEvents by the name of-viewer");
    expect(called).not.toContain("retryDelivery by the name of-viewer");
  } finally {
    calls[Symbol.dispose]();
    await seen[Symbol.asyncDispose]();
  }
});
