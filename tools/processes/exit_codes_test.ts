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
import { type Ids, type Row, type Run, rowsOf, TOKENS, WHY } from "./exit_code_rows.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
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
