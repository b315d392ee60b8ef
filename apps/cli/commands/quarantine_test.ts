import { formatHeaderBlock } from "@hookgate/providers";
import { type AdminHandlers, quarantinedToMessage, RpcError } from "@hookgate/rpc";
import { newId, type QuarantinedRequest } from "@hookgate/types";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { CallOptions } from "../suite/call_hookgate.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";
import { type Ran, spawnHookgate } from "../suite/spawn_hookgate.ts";

const NOW = Date.now();
const AT = new Date(NOW).toISOString();
const NO_BYTES = new Uint8Array();

/** What the fake dispatcher keeps, newest first; what it was asked; how ids verify. */
let kept: QuarantinedRequest[] = [];
let asked: object[] = [];
let outcomes: Record<string, [outcome: string, eventId: string]> = {};
let dispatcher: ScriptedDispatcher;

/** A page is never longer than this. */
const PAGE_REQUESTS_MAX = 2;

const admin: Partial<AdminHandlers> = {
  async listQuarantine(request) {
    asked.push(request);
    const at = Number(request.pageToken);
    const listed = kept.filter(
      ({ source, releasedAs }) =>
        (request.source === "" || request.source === source) &&
        (request.includeReleased || releasedAs === null),
    );
    const end = at + Math.min(request.pageSize, PAGE_REQUESTS_MAX);
    const requests = listed.slice(at, end).map((one) => ({
      ...quarantinedToMessage({ ...one, headers: NO_BYTES, body: NO_BYTES }),
      bodyBytes: one.body.length,
    }));
    return { requests, nextPageToken: end < listed.length ? String(end) : "", notes: [] };
  },
  async getQuarantined({ id }) {
    const found = kept.find((request) => request.id === id);
    if (!found) throw new RpcError("NOT_FOUND", `there is no refused request ${id}`);
    return { request: quarantinedToMessage(found) };
  },
  async verifyQuarantined(request) {
    asked.push(request);
    const results = request.ids.map((id) => {
      const [outcome, eventId] = outcomes[id] ?? ["verified", ""];
      return { id, outcome, eventId };
    });
    return { results };
  },
};

function refused(changes: Partial<QuarantinedRequest> = {}): QuarantinedRequest {
  return {
    id: newId("qtn"),
    source: "academy",
    provider: "generic",
    receivedAt: NOW,
    reason: "no_match",
    diagnosis: [],
    address: "203.0.113.7",
    addressChain: "203.0.113.7",
    method: "POST",
    url: "https://hooks.example.com/api/webhooks/academy",
    headers: NO_BYTES,
    body: Buffer.from("{}"),
    releasedAs: null,
    ...changes,
  };
}

function call(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return dispatcher.call(["quarantine", ...args], options);
}

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(admin);
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  kept = [];
  asked = [];
  outcomes = {};
});

test("hookgate quarantine list --json prints one object per line, across pages", async () => {
  const first = refused({
    diagnosis: ["It matches the secret of shop."],
    releasedAs: "evt_1",
    reason: "stale",
  });
  kept = [first, ...Array.from({ length: 4 }, () => refused())];
  const ran = await spawnHookgate(["quarantine", "list", "--json", "--all"], dispatcher.env);
  expect(ran).toMatchObject({ code: 0, err: "" });
  const lines = ran.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
  expect(lines[0]).toEqual({
    id: first.id,
    source: "academy",
    provider: "generic",
    reason: "stale",
    receivedAt: AT,
    address: "203.0.113.7",
    bodyBytes: 2,
    diagnosis: ["It matches the secret of shop."],
    releasedAs: "evt_1",
  });
});

test("hookgate quarantine lists where nothing else is said, and asks for what its options say", async () => {
  await call([]);
  await call(["--source", "academy"]);
  await call(["list", "--source", "a/b", "--reason", "stale", "--all", "--limit", "7"]);
  const plain = { source: "", reason: "", includeReleased: false, pageSize: 50, pageToken: "" };
  expect(asked).toEqual([
    plain,
    { ...plain, source: "academy" },
    { source: "a/b", reason: "stale", includeReleased: true, pageSize: 7, pageToken: "" },
  ]);
});

test("hookgate quarantine list shows a table that drives no terminal", async () => {
  kept = [
    refused({ diagnosis: ["It matches\x1b[2J the secret of shop.", "Or not."] }),
    refused({ source: "\u202ea", releasedAs: "evt_1" }),
  ];
  const { code, out } = await call(["list", "--all"]);
  expect(code).toBe(0);
  const [title, first, second] = out.split("\n").map((line) => line.split(/ {2,}/));
  expect(title).toEqual(["REQUEST", "SOURCE", "REASON", "RECEIVED", "LIKELY"]);
  const likely = "It matches\\u001b[2J the secret of shop.";
  expect(first).toEqual([kept[0]?.id, "academy", "no_match", AT, likely]);
  expect(second).toEqual([kept[1]?.id, "\\u202ea", "no_match, released", AT]);
});

test("hookgate quarantine list fits its table into a terminal of 80 columns", async () => {
  kept = [refused({ diagnosis: ["It matches the secret of another source, which is shop."] })];
  const { out } = await call([], { columns: 80 });
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[1]).toContain(kept[0]?.id);
  expect(lines[0]).toMatch(/^REQUEST +SOURCE +REASON +AGE +LIKELY$/);
});

test("hookgate quarantine says that there is none, and prints nothing for a program to stumble over", async () => {
  expect(await call([])).toMatchObject({ code: 0, out: "", err: "No refused requests.\n" });
  expect(await call(["list", "--json"])).toMatchObject({ code: 0, out: "", err: "" });
});

test("hookgate quarantine show tells all that is known of a request", async () => {
  const request = refused({
    diagnosis: ["It matches the secret of shop.", "\x1b[31mred"],
    addressChain: "203.0.113.7, 10.0.0.1",
    url: "https://hooks.example.com/a?b=\x9b",
    releasedAs: "evt_1",
    headers: formatHeaderBlock(["X-Odd", "a\x9bb"]),
  });
  kept = [request];
  const { code, out } = await call(["show", request.id]);
  expect(code).toBe(0);
  expect(out.split("\n")[0]).toBe(request.id);
  for (const line of [
    /refused for +no_match\n/,
    /source +academy \(generic\)\n/,
    new RegExp(`received +${AT}, \\ds ago\n`),
    /address +203\.0\.113\.7\n/,
    /came through +203\.0\.113\.7, 10\.0\.0\.1\n/,
    /called +POST https:\/\/hooks\.example\.com\/a\?b=\\u009b\n/,
    /body +2 bytes\n/,
    /released as +evt_1\n/,
    /\nmost likely\n- It matches the secret of shop\.\n- \\u001b\[31mred\n$/,
  ]) {
    expect(out).toMatch(line);
  }
  const { out: long } = await call(["show", request.id, "--headers"]);
  expect(long).toBe(`${out}\nheaders\n  X-Odd: a\\u009bb\n`);
});

test("hookgate quarantine show leaves out what there is not", async () => {
  kept = [refused()];
  const { out } = await call(["show", kept[0]?.id ?? ""]);
  expect(out).not.toMatch(/released|came through|most likely|headers/);
});

test("hookgate quarantine show --json prints one line", async () => {
  const request = refused({ headers: formatHeaderBlock(["Host", "here"]) });
  kept = [request];
  const { out } = await call(["show", request.id, "--json"]);
  expect(out.indexOf("\n")).toBe(out.length - 1);
  expect(JSON.parse(out)).toMatchObject({
    id: request.id,
    addressChain: "203.0.113.7",
    method: "POST",
    url: request.url,
    releasedAs: null,
    bodyBytes: 2,
  });
  expect(JSON.parse(out)).not.toHaveProperty("headers");
  const { out: long } = await call(["show", request.id, "--json", "--headers"]);
  expect(JSON.parse(long).headers).toEqual([["Host", "here"]]);
});

test("hookgate quarantine show --body writes the exact bytes, and never drives a terminal", async () => {
  const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x0d, 0x0a, 0xff, 0x00, 0x1b, 0x5b]);
  kept = [refused({ body })];
  const args = ["show", kept[0]?.id ?? "", "--body"];
  expect((await call(args)).bytes).toEqual(body);
  expect(await call(args, { columns: 80 })).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("Cannot show the body: it has characters that control a terminal"),
  });
});

test("hookgate quarantine verify says what became of each, and fails where one is still refused", async () => {
  outcomes = {
    qtn_2: ["no_match", ""],
    qtn_3: ["already_released", "evt_3"],
    qtn_4: ["not_found", ""],
    qtn_5: ["unknown_source", ""],
    qtn_6: ["unknown_scheme", ""],
    qtn_7: ["handshake", ""],
    qtn_8: ["certificate_needed", ""],
    qtn_9: ["later\x1b[2J", ""],
  };
  const ids = Array.from({ length: 9 }, (_, at) => `qtn_${at + 1}`);
  expect(await call(["verify", ...ids])).toEqual({
    code: 1,
    bytes: expect.anything(),
    out: [
      "qtn_1 verifies",
      "qtn_2 is still refused: no_match",
      "qtn_3 was released already, as evt_3",
      "qtn_4 does not exist",
      "qtn_5 belongs to a source that is no longer configured",
      "qtn_6 belongs to a source whose provider or scheme is not known",
      "qtn_7 is a handshake, not an event",
      "qtn_8 needs a certificate that cannot be fetched",
      "qtn_9 is still refused: later\\u001b[2J\n",
    ].join("\n"),
    err: "Cannot verify 7 of 9: they do not verify\n",
  });
  expect(asked).toEqual([{ ids, release: false, staleReason: "" }]);
});

test("hookgate quarantine release names the events", async () => {
  outcomes = { qtn_1: ["released", "evt_1"], qtn_2: ["already_stored", "evt_2"] };
  expect(await call(["release", "qtn_1", "qtn_2"])).toMatchObject({
    code: 0,
    out: "qtn_1 is released as evt_1\nqtn_2 is stored already, as evt_2\n",
    err: "",
  });
  const { out } = await call(["release", "qtn_1", "qtn_3", "--json"]);
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { id: "qtn_1", outcome: "released", eventId: "evt_1" },
    { id: "qtn_3", outcome: "verified", eventId: null },
  ]);
  expect(asked).toMatchObject([{ release: true }, { release: true }]);
});

test("hookgate quarantine release --stale says why, and only then lets in what is too old", async () => {
  outcomes = { qtn_1: ["stale", ""], qtn_2: ["released", "evt_2"] };
  expect(await call(["release", "qtn_1"])).toMatchObject({
    code: 1,
    out: "qtn_1 verifies, but is too old: release it with --stale if you know that it is genuine\n",
  });
  const reason = "sent again after our outage, ticket 17";
  expect(await call(["release", "--stale", "qtn_2", "--reason", ` ${reason} `])).toMatchObject({
    code: 0,
    out: "qtn_2 is released as evt_2\n",
  });
  expect(asked).toEqual([
    { ids: ["qtn_1"], release: true, staleReason: "" },
    { ids: ["qtn_2"], release: true, staleReason: reason },
  ]);
});

test("hookgate quarantine release passes on why, for the audit log", async () => {
  outcomes = { qtn_1: ["released", "evt_1"] };
  const args = ["release", "qtn_1", "--reason", " the new secret is there "];
  expect(await call(args)).toMatchObject({ code: 0 });
  const reason = "the new secret is there";
  expect(asked).toMatchObject([{ ids: ["qtn_1"], release: true, reason, staleReason: "" }]);
});

const NEEDS = "Cannot release: --stale needs the ids of requests, and --reason\n";

test.each([
  [["release", "--stale", "qtn_1"], NEEDS],
  [["release", "--stale", "qtn_1", "--reason", " "], NEEDS],
  [["release", "--stale", "--source", "academy", "--reason", "all of it"], NEEDS],
])("hookgate quarantine %j asks nothing", async (args, err) => {
  expect(await call(args)).toMatchObject({ code: 2, err });
  expect(asked).toEqual([]);
});

test("hookgate quarantine release --source releases all of it, oldest first, some at a time", async () => {
  kept = [
    refused({ source: "other" }),
    ...Array.from({ length: 45 }, () => refused()),
    refused({ releasedAs: "evt_1" }),
  ];
  const wanted = kept.slice(1, -1).map(({ id }) => id);
  const { code, out } = await call(["release", "--source", "academy"]);
  expect(code).toBe(0);
  const calls = asked.filter((request) => "ids" in request) as { ids: string[] }[];
  expect(calls.map(({ ids }) => ids.length)).toEqual([20, 20, 5]);
  expect(calls.flatMap(({ ids }) => ids)).toEqual(wanted.toReversed());
  expect(out.trimEnd().split("\n")).toHaveLength(45);
});

test("hookgate quarantine verify --source of none says so", async () => {
  expect(await call(["verify", "--source", "academy"])).toMatchObject({
    code: 0,
    out: "",
    err: "No refused requests.\n",
  });
});

const NEITHER = "give the ids of refused requests, or --source, and not both";

test.each([
  [
    1,
    ["show", "qtn_none"],
    "Cannot show the refused request: there is no refused request qtn_none",
  ],
  [2, ["list", "--reason", "lost"], "Allowed choices are missing_header, malformed_header,"],
  [2, ["verify"], `Cannot verify: ${NEITHER}`],
  [2, ["release"], `Cannot release: ${NEITHER}`],
  [2, ["release", "qtn_1", "--source", "academy"], `Cannot release: ${NEITHER}`],
  [2, ["list", "--limit", "0"], "whole number from 1 to 100000"],
  [2, ["show"], "missing required argument 'id'"],
  [2, ["show", "qtn_1", "--body", "--json"], "cannot be used with option '--json'"],
  [2, ["list", "--colour"], "unknown option '--colour'"],
])("hookgate exits with %d and one line for quarantine %j", async (code, args, line) => {
  const ran = await call(args);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
});
