import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { subscribe } from "@hookgate/client";
import { connectRpc } from "@hookgate/rpc";
import { freePort, signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { allCommands, pathOf } from "../../apps/cli/commands/examples.ts";
import { createProgram } from "../../apps/cli/run_cli.ts";
import { type CallOptions, callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { type Apps, prepareApps } from "./apps.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const TOKENS = {
  operator: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  view: "a1b2c3d4e5f60718293a4b5c6d7e8f90",
  pod: "c4d3e2f1a0b9c8d72f6f0b1c9d8e7a6b",
  laptop: "9b8c7d6e5f40312a1b0c9d8e7f6a5b4c",
};

/** The ids that the rows name. */
interface Ids {
  event: string;
  /** A delivery that is dead, and one that was delivered. */
  dead: string;
  delivered: string;
  replay: string;
  /** Why the dead one failed. */
  failure: string;
  quarantined: string;
  /** It waits, to pause shop. */
  proposal: string;
  /** Files of captured requests: one verifies. */
  good: string;
  bad: string;
  backup: string;
  emptyFolder: string;
  newFolder: string;
  /** A port where nobody listens, and one that answers 200 to everything. */
  away: number;
  here: number;
}

/** Arguments after the command, and what standard error says if anything. */
type Run = [args: readonly string[], says?: RegExp];

/** How a command ends: 0, 1 or 2. */
interface Row {
  command: string;
  /** It changes something, so that a token with the scope `view` does not do. */
  changes?: true;
  /** Calls no dispatcher. */
  local?: true;
  /** Reads no environment. */
  bare?: true;
  /** Ends by a signal only, unless it fails. */
  endless?: true;
  /** What `done` does can be done once only. */
  once?: true;
  /** Why it has no --json. */
  text?: string;
  /** Variables of its own. */
  env?: Record<string, string>;
  /** 0. */
  done: readonly Run[];
  /** Tried without a dispatcher, and with tokens that will not do. @default the first of `done` */
  tried?: readonly string[];
  /** 1: there is none of that name, or the answer is no. */
  failed: readonly Run[];
  /** 2. */
  misused: readonly Run[];
}

const NONE = "0".repeat(32);
const WHY = ["--reason", "a test"];

/** Every command. What changes something comes after those that show it. */
const rowsOf = (ids: Ids): Row[] => [
  {
    command: "init",
    local: true,
    bare: true,
    done: [[[ids.newFolder]], [[ids.newFolder]]],
    failed: [[[ids.bad], /Cannot write/]],
    misused: [[["--nothing"], /unknown option/]],
  },
  ...["start", "dev"].map((command) => ({
    command,
    local: true as const,
    endless: true as const,
    text: "it shows what its apps print",
    done: [],
    failed: [],
    misused: [[["--nothing"], /unknown option/] satisfies Run],
  })),
  {
    command: "send",
    local: true,
    done: [[["course.enrolled", "--source", "academy"]]],
    failed: [
      [["course.enrolled", "--source", "later"], /does not know source "later"/],
      [["course.enrolled", "--source", "rotated"], /has another secret/],
      [["course.enrolled", "--source", "academy", "--data", "@/nowhere"], /Cannot read/],
    ],
    misused: [
      [[], /missing required argument/],
      [["course.enrolled", "--source", "nowhere"], /no source is "nowhere"/],
      [["course.enrolled"], /choose one of/],
      [["course.enrolled", "--source", "academy", "--data", "{"], /JSON/],
    ],
  },
  {
    command: "keys",
    local: true,
    done: [[["discord"]]],
    failed: [],
    misused: [
      [["nowhere"], /no provider/],
      [["discord", "--scheme", "nothing"], /no scheme/],
    ],
  },
  {
    command: "verify",
    local: true,
    done: [[["--source", "academy", "--file", ids.good]]],
    failed: [
      [["--source", "academy", "--file", ids.bad], /Cannot verify/],
      [["--source", "academy", "--file", "/nowhere"], /Cannot read/],
    ],
    misused: [
      [["--source", "academy"], /--file/],
      [["--source", "nowhere", "--file", ids.good], /no source is/],
    ],
  },
  {
    command: "events",
    done: [[[]], [["--type", "nothing.such"], /No events/]],
    failed: [],
    misused: [
      [["--state", "lost"], /lost/],
      [["--limit", "0"], /whole number/],
      [["--from", "yesterday"], /must be a time/],
      [["--from", "1h", "--to", "2h"], /before/],
    ],
  },
  {
    command: "event",
    done: [[[ids.event]], [[ids.event, "--json"]]],
    failed: [[[`evt_${NONE}`], /no event/]],
    misused: [
      [[], /missing required argument/],
      [[ids.event, "--body", "--json"], /cannot be used with/],
    ],
  },
  {
    command: "find",
    done: [[[ids.event]], [[ids.dead, "--json"]]],
    failed: [[["pi_nowhere"], /Nothing is known/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "tail",
    endless: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "wait",
    done: [[["payment.success", "--since", "1h"]], [["payment.success", "--json"]]],
    failed: [[["nothing.such", "--timeout", "50ms"], /no nothing.such came within/]],
    misused: [
      [[], /missing required argument/],
      [["payment.success", "--where", "amount=1"], /JSON pointer/],
      [["payment.success", "--timeout", "soon"], /span/],
    ],
  },
  {
    command: "listen",
    endless: true,
    env: { RPC_TOKEN: TOKENS.laptop },
    done: [[["--to", `http://127.0.0.1:${ids.here}`]]],
    failed: [],
    misused: [
      [[], /--to/],
      [["--to", "nowhere"], /http/],
    ],
  },
  {
    command: "failures list",
    done: [[[]], [["--subscription", "shop"], /No failures/]],
    failed: [],
    misused: [[["--state", "lost"], /lost/]],
  },
  {
    command: "failures show",
    done: [[[ids.failure]]],
    failed: [[[`flr_${NONE}`], /no group of failures/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "changes",
    done: [[[]], [["--subject", "nothing.such"], /No changes/]],
    failed: [],
    misused: [[["--kind", "lost"], /lost/]],
  },
  { command: "sources", done: [[[]]], failed: [], misused: [[["--nothing"], /unknown option/]] },
  {
    command: "config check",
    local: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "config print",
    local: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "install-service",
    local: true,
    done: [[["--print"]], [["--print", "--one-process"]]],
    failed: [],
    misused: [[[], /pass --print/]],
  },
  {
    command: "completion",
    text: "it prints a shell's script",
    local: true,
    bare: true,
    done: [[["bash"]], [["zsh"]], [["fish"]]],
    failed: [],
    misused: [[["tcsh"], /tcsh/]],
  },
  {
    command: "dead",
    done: [[[]], [["--type", "nothing.such"], /No dead deliveries/]],
    failed: [],
    misused: [[["--limit", "many"], /whole number/]],
  },
  {
    command: "replays",
    done: [[[]]],
    failed: [],
    misused: [[["--limit", "many"], /whole number/]],
  },
  {
    command: "subscriptions list",
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "quarantine list",
    done: [[[]], [["--source", "later"], /No refused requests/]],
    failed: [],
    misused: [[["--reason", "lost"], /lost/]],
  },
  {
    command: "quarantine show",
    done: [[[ids.quarantined]]],
    failed: [[[`qtn_${NONE}`], /no refused request/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "secrets",
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "audit",
    done: [[[]]],
    failed: [],
    misused: [[["--since", "yesterday"], /must be/]],
  },
  {
    command: "metrics",
    done: [[[]]],
    failed: [],
    misused: [[["--window", "31d"], /at most|must be/]],
  },
  {
    command: "notify list",
    done: [[[]], [["--json"]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "notify test",
    changes: true,
    done: [[["oncall"]]],
    failed: [
      [["nowhere"], /no recipient nowhere/],
      [["away"], /Cannot tell away/],
    ],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "check",
    done: [[[]], [[ids.backup]]],
    failed: [[[ids.bad], /Cannot/]],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "restore",
    local: true,
    env: { DATA_DIR: ids.emptyFolder },
    done: [[[ids.backup]]],
    failed: [[[ids.bad], /Cannot/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "backup",
    changes: true,
    done: [[[`${ids.backup}.new`]]],
    failed: [[[ids.backup], /exists already/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "doctor",
    changes: true,
    done: [[["--json"]]],
    failed: [[["--url", `http://127.0.0.1:${ids.away}`], /Cannot vouch for it: good event failed/]],
    misused: [[["--url", "nowhere"], /http/]],
  },
  { command: "health", done: [[[]]], failed: [], misused: [[["--nothing"], /unknown option/]] },
  {
    command: "retry",
    changes: true,
    done: [[[ids.dead]]],
    failed: [
      [[`dlv_${NONE}`], /no delivery/],
      [[ids.delivered], /delivered/],
    ],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "replay",
    changes: true,
    done: [
      [[ids.event, ...WHY]],
      [["--type", "nothing.such", "--dry-run"], /No deliveries match/],
      [["--type", "nothing.such", "--yes", ...WHY]],
    ],
    failed: [
      [[`evt_${NONE}`, ...WHY], /there is no evt_/],
      [["--subscription", "nowhere", "--yes", ...WHY], /no subscription nowhere/],
    ],
    misused: [
      [[], /Cannot replay: give/],
      [["evt", ...WHY], /is not an id/],
      [[ids.event], /--reason/],
      [["--state", "delivered", ...WHY], /--yes/],
    ],
  },
  {
    command: "erase",
    changes: true,
    done: [[["--subject", "ana", "--yes", ...WHY]]],
    failed: [[["--subject", "nobody", "--yes", ...WHY], /no key/]],
    misused: [
      [["--subject", "ben", ...WHY], /--yes/],
      [["--subject", "ben"], /--reason/],
      [["--reason", "x"], /--subject/],
    ],
  },
  {
    command: "copy",
    changes: true,
    done: [[[ids.event, "--to", "shop", "--set", '/type="edited"', ...WHY]]],
    failed: [
      [[`evt_${NONE}`, "--to", "shop", "--set", "/type=1", ...WHY], /no event/],
      [[ids.event, "--to", "nowhere", "--set", "/type=1", ...WHY], /no subscription/],
    ],
    misused: [
      [[ids.event, "--to", "shop", ...WHY], /--body/],
      [[ids.event, "--to", "shop", "--set", "/type=1"], /--reason/],
    ],
  },
  {
    command: "failures acknowledge",
    changes: true,
    done: [[[ids.failure]]],
    failed: [[[`flr_${NONE}`], /no group of failures/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "failures resolve",
    changes: true,
    done: [[[ids.failure]]],
    failed: [[[`flr_${NONE}`], /no group of failures/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "pause",
    changes: true,
    done: [[["crm"]], [["crm"]]],
    failed: [
      [["nowhere"], /no subscription/],
      [[`rpl_${NONE}`], /no replay/],
      [[ids.replay], /done/],
    ],
    misused: [
      [[ids.event], /give the name/],
      [[ids.replay, ...WHY], /--reason/],
    ],
  },
  {
    command: "resume",
    changes: true,
    done: [[["crm"]]],
    failed: [
      [["nowhere"], /no subscription/],
      [[`rpl_${NONE}`], /no replay/],
    ],
    misused: [[[ids.event], /give the name/]],
  },
  {
    command: "cancel",
    changes: true,
    done: [[[ids.dead, ...WHY]]],
    failed: [
      [[`dlv_${NONE}`], /no delivery/],
      [[ids.delivered], /delivered/],
    ],
    misused: [[["crm"], /give the id/]],
  },
  {
    command: "quarantine verify",
    done: [[["--source", "later"], /No refused requests/]],
    failed: [
      [[ids.quarantined], /do not verify/],
      [[`qtn_${NONE}`], /do not exist/],
    ],
    misused: [[[], /give the ids/]],
  },
  {
    command: "quarantine release",
    changes: true,
    done: [[["--source", "later"], /No refused requests/]],
    tried: [ids.quarantined],
    failed: [[[ids.quarantined], /do not verify/]],
    misused: [
      [[], /give the ids/],
      [[ids.quarantined, "--stale"], /--reason/],
    ],
  },
  {
    command: "enrol",
    changes: true,
    done: [[["asana"]], [["asana", "--revoke"]]],
    failed: [[["nowhere"], /no source/]],
    misused: [[["asana", "--minutes", "61"], /whole number/]],
  },
  {
    command: "mcp",
    text: "it speaks a protocol of its own",
    local: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "approve",
    once: true,
    done: [[[]], [[ids.proposal]], [[ids.proposal, "--yes"]], [["--all", "--json"]]],
    failed: [[[`prp_${NONE}`], /no proposal/]],
    misused: [
      [["crm"], /give the id/],
      [["--yes"], /give the id/],
      [[ids.proposal, "--yes", "--reject"], /cannot be used with/],
    ],
  },
  {
    command: "subscriptions change",
    changes: true,
    done: [[["pod", "--type", "payment.*", ...WHY]]],
    failed: [
      [["nowhere", "--type", "*", ...WHY], /no subscription/],
      [["crm", "--type", "*", ...WHY], /configuration/],
    ],
    misused: [
      [["pod", ...WHY], /give --type/],
      [["pod", "--type", "*"], /--reason/],
    ],
  },
  {
    command: "subscriptions delete",
    changes: true,
    done: [[["pod", "--yes", ...WHY]]],
    failed: [
      [["nowhere", "--yes", ...WHY], /no subscription/],
      [["crm", "--yes", ...WHY], /configuration/],
    ],
    misused: [
      [["crm", "--yes"], /--reason/],
      [["crm", ...WHY], /--yes/],
    ],
  },
];

const config = (port: number, told: number) => `{
  sources: {
    academy: {
      provider: "generic",
      secrets: ["${SECRET}"],
      protect: { encrypt: ["/data/note"], subject: "/data/person" },
    },
    rotated: { provider: "generic", secrets: ["${SECRET}"] },
    asana: { provider: "asana", secrets: [] },
  },
  subscriptions: {
    crm: { events: ["*"], endpoint: "http://127.0.0.1:${port}/", secret: "${SECRET}", retries: 0 },
    shop: { events: ["*"], handler: "./shop.mjs" },
  },
  privateHosts: ["127.0.0.1"],
  notify: {
    to: {
      oncall: { endpoint: "http://127.0.0.1:${told}/", secret: "${SECRET}" },
      away: { endpoint: "http://127.0.0.1:${port}/", secret: "${SECRET}" },
    },
  },
}`;

test("every command exits with 0, 1 or 2 as the documents say", async () => {
  await using folder = await temporaryDirectory();
  await writeFile(join(folder.path, "shop.mjs"), "export function handle() {}\n");
  const tokensPath = join(folder.path, "tokens.json");
  const scopes = {
    [TOKENS.view]: { name: "eye", scopes: ["view"] },
    [TOKENS.pod]: { name: "pod", scopes: ["subscribe:pod"] },
    [TOKENS.laptop]: { name: "laptop", scopes: ["admin", "subscribe:listen-*"] },
  };
  await writeFile(tokensPath, JSON.stringify(scopes));
  const away = await freePort();
  await using running = new AsyncDisposableStack();
  const oncall = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
  running.defer(() => void oncall.close());
  await once(oncall, "listening");
  const told = (oncall.address() as AddressInfo).port;
  const apps = await prepareApps(folder.path, {
    config: config(away, told),
    env: { RPC_TOKEN: TOKENS.operator, RPC_TOKENS_FILE: tokensPath },
  });
  for (const app of ["dispatcher", "edge"] as const) running.defer((await apps.start(app)).stop);
  const ours = join(folder.path, "ours.config.ts");
  const more = `later: { provider: "generic", secrets: ["${SECRET}"] }, rotated: { provider: "generic", secrets: ["${SECRET}0"] }`;
  await writeFile(
    ours,
    `export default ${config(away, told).replace(/rotated: .*\n/, `${more},\n`)};\n`,
  );
  const env = {
    DISPATCHER_ADDRESS: apps.rpcAddress,
    EDGE_PORT: String(apps.edgePort),
    DATA_DIR: apps.dataDir,
    HOOKGATE_CONFIG: ours,
    RPC_TOKEN: TOKENS.operator,
  };
  const ids = await prepareRows(folder.path, { apps, env, away, here: told });
  const rows = rowsOf(ids);
  expect(rows.map(({ command }) => command).sort()).toEqual(commands());

  const problems: string[] = [];
  async function check(
    row: Row,
    [args, says = /^/]: Run,
    code: number,
    changed = {},
    how: CallOptions = {},
  ) {
    const line = [...row.command.split(" "), ...args];
    const ran = await callHookgate(line, { ...env, ...row.env, ...changed }, how);
    if (ran.code !== code || !says.test(ran.err)) {
      problems.push(`hookgate ${line.join(" ")}: ${ran.code}, not ${code}, ${ran.err}`);
    }
    if (line.includes("--json") && !isJson(ran.out)) {
      problems.push(`hookgate ${line.join(" ")}: not only JSON, ${ran.out}`);
    }
  }
  for (const row of rows) {
    const tried = row.tried ?? row.done[0]?.[0] ?? [];
    for (const run of row.misused) await check(row, run, 2);
    if (!row.bare) await check(row, [tried], 2, { LOG_LEVEL: "loud" });
    for (const run of row.failed) await check(row, run, 1);
    if (row.command === "send") {
      await check(row, [tried, /Cannot reach/], 1, { EDGE_PORT: String(away) });
    }
    if (!row.local) {
      const nobody = { DISPATCHER_ADDRESS: `127.0.0.1:${away}` };
      await check(row, [tried, /Cannot reach/], 1, nobody);
      await check(row, [tried, /does not know this RPC_TOKEN/], 1, {
        RPC_TOKEN: "x".repeat(32),
      });
      const view = { RPC_TOKEN: TOKENS.view };
      if (row.changes) await check(row, [tried, /lacks the scope "admin"/], 1, view);
      else if (row.command === "listen") await check(row, [tried, /lacks a scope/], 1, view);
      else if (!row.endless) await check(row, [tried], 0, view);
    }
    const [shown = []] = row.done[0] ?? [];
    if (row.endless && row.local) continue;
    if (row.endless) {
      await untilShown(apps, (how) => check(row, [[...shown, "--json"]], 0, {}, how));
      continue;
    }
    // What is said where there is nothing to list is said to people only.
    for (const [args] of row.done) await check(row, [withJson(row, args)], 0);
    if (row.changes || row.once || row.env) continue;
    for (const run of row.done) await check(row, run, 0);
    // As `head` does, once it has seen enough.
    await check(row, [shown, /^(?!.*\n {4}at )/s], 0, {}, { onOutput: () => false });
  }
  expect(problems).toEqual([]);
}, 240_000);

/** Runs what ends by Ctrl-C, or when its reader has gone, as soon as it has shown an event. */
async function untilShown(apps: Apps, run: (how: CallOptions) => Promise<void>): Promise<void> {
  for (const isRead of [true, false]) {
    const pressed = new AbortController();
    let isDone = false;
    const ended = run({
      interrupt: pressed.signal,
      onOutput() {
        isDone = true;
        if (isRead) pressed.abort();
        return isRead;
      },
    }).finally(() => {
      isDone = true;
    });
    for (let count = 0; !isDone; count += 1) {
      await postTo(apps, signedGenericRequest({ secret: SECRET, data: { isRead, count } }));
      await delay(100);
    }
    await ended;
  }
}

function postTo({ edgePort }: Apps, init: RequestInit): Promise<Response> {
  const url = `http://127.0.0.1:${edgePort}/api/webhooks/academy`;
  return fetch(url, { method: "POST", ...init });
}

async function proposePause(
  { rpcAddress: address }: Apps,
  env: Record<string, string>,
): Promise<string> {
  const client = connectRpc({ address, security: { token: env["RPC_TOKEN"] ?? "", tls: null } });
  try {
    const action = { replay: null, release: null, pause: { subscription: "shop" } };
    const { proposal } = await client.admin.propose({ action, reason: "a test" });
    return proposal?.id ?? "";
  } finally {
    client.close();
  }
}

/** One document, or one in each line; nothing where there is nothing to list. */
function isJson(out: string): boolean {
  try {
    return out.split("\n").every((line) => line === "" || typeof JSON.parse(line) === "object");
  } catch {
    return false;
  }
}

/** A body alone is bytes. */
function withJson(row: Row, args: readonly string[]): readonly string[] {
  return row.text !== undefined || args.includes("--json") ? args : [...args, "--json"];
}

test("every command has --json, but for those whose rows say why not", () => {
  const all = allCommands(createProgram({ env: {} } as never));
  const without = all.filter(({ options }) => !options.some(({ long }) => long === "--json"));
  const rows = rowsOf({} as Ids).filter(({ text }) => text !== undefined);
  expect(without.map(pathOf).sort()).toEqual(rows.map(({ command }) => command).sort());
});

function commands(): string[] {
  return allCommands(createProgram({ env: {} } as never))
    .map(pathOf)
    .sort();
}

/** Makes what the rows name: an event that is delivered to one subscription and dead for another, and so on. */
async function prepareRows(
  folder: string,
  {
    apps,
    env,
    away,
    here,
  }: { apps: Apps; env: Record<string, string>; away: number; here: number },
): Promise<Ids> {
  const signed = signedGenericRequest({
    secret: SECRET,
    data: { person: "ana", note: "a secret" },
  });
  const post = (init: RequestInit) => postTo(apps, init);
  const answer = await waitFor(
    async () => {
      const response = await post(signed);
      return response.ok ? ((await response.json()) as { eventId: string }) : null;
    },
    { what: "an answer of 200", timeoutMs: 30_000 },
  );
  await post({ ...signed, body: "{}" });
  const capture = async (name: string, body: Uint8Array | string) => {
    const lines = Object.entries(signed.headers).map(([key, value]) => `${key}: ${value}`);
    const head = `POST /api/webhooks/academy HTTP/1.1\r\nHost: localhost\r\n${lines.join("\r\n")}\r\n\r\n`;
    await writeFile(join(folder, name), Buffer.concat([Buffer.from(head), Buffer.from(body)]));
    return join(folder, name);
  };
  const jsonOf = async (...args: string[]) => {
    const { out } = await callHookgate([...args, "--json"], env);
    return JSON.parse(out.split("\n")[0] ?? "");
  };
  const ended = await waitFor(
    async () => {
      const { deliveries } = await jsonOf("event", answer.eventId);
      const idOf = (state: string) =>
        deliveries.find((one: { state: string }) => one.state === state)?.id as string | undefined;
      const [dead, delivered] = [idOf("dead"), idOf("delivered")];
      return dead && delivered ? { dead, delivered } : null;
    },
    { what: "a dead and a delivered delivery", timeoutMs: 20_000 },
  );
  const { out } = await callHookgate(["replay", ended.delivered, ...WHY], env);
  const quarantined = await waitFor(async () => (await jsonOf("quarantine")).id, {
    what: "a refused request",
  });
  const failure = await waitFor(async () => (await jsonOf("failures")).id, { what: "a failure" });
  const backup = join(folder, "backup.sqlite");
  await callHookgate(["backup", backup], env);
  const pod = subscribe(
    { address: apps.rpcAddress, token: TOKENS.pod, name: "pod", events: ["*"] },
    () => {},
  );
  await pod.opened.finally(() => pod.close());
  return {
    event: answer.eventId,
    proposal: await proposePause(apps, env),
    ...ended,
    replay: /rpl_\w+/.exec(out)?.[0] ?? "",
    failure,
    quarantined,
    good: await capture("good.http", signed.body),
    bad: await capture("bad.http", "{}"),
    backup,
    emptyFolder: join(folder, "restored"),
    newFolder: join(folder, "new"),
    away,
    here,
  };
}
