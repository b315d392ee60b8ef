import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { clientSecurity as readClient } from "../client/client_security.ts";
import type { RpcEnv } from "../security/rpc_env.ts";
import { type Certificates, makeCertificates } from "../suite/certificates.ts";
import { serverSecurity as readServer, rpcReach } from "./server_security.ts";

let stack: AsyncDisposableStack;
let directory: string;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  directory = stack.use(await temporaryDirectory()).path;
});
afterEach(() => stack.disposeAsync());

const NOTHING = { rpcToken: null, rpcTokensFile: null, rpcTls: null, rpcInsecure: false };

/** A dispatcher that other machines reach, unless a test says otherwise: no token of this machine is used. */
const REMOTE = { address: "dispatcher.example.com:50051", localToken: () => "of-this-machine" };
const LOCAL = { ...REMOTE, address: "127.0.0.1:50051" };

function serverSecurity(env: RpcEnv, local = REMOTE) {
  return readServer(env, local);
}

function clientSecurity(env: RpcEnv, local = REMOTE) {
  return readClient(env, local);
}

async function put(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

test("nothing set is no security off loopback, on both sides", async () => {
  expect(await serverSecurity(NOTHING)).toEqual({ tokens: null, tls: null, insecure: false });
  expect(await clientSecurity(NOTHING)).toEqual({ token: null, tls: null });
});

const OF_LOCAL = { name: "local", scopes: ["ingest", "admin", "subscribe:*"] };
const OF_RPC_TOKEN = { name: "RPC_TOKEN", scopes: ["ingest", "admin"] };

test("on loopback the token of this machine is used on both sides, unless RPC_TOKEN is set", async () => {
  const { tokens } = await serverSecurity(NOTHING, LOCAL);
  expect([...(tokens ?? [])]).toEqual([["of-this-machine", OF_LOCAL]]);
  expect(await clientSecurity(NOTHING, LOCAL)).toEqual({ token: "of-this-machine", tls: null });

  const given = { ...NOTHING, rpcToken: "one" };
  expect([...((await serverSecurity(given, LOCAL)).tokens ?? [])]).toEqual([["one", OF_RPC_TOKEN]]);
  expect(await clientSecurity(given, LOCAL)).toEqual({ token: "one", tls: null });
});

test("on loopback the token of this machine joins a file's, and is not needed beside client certificates", async () => {
  const rpcTokensFile = await put("tokens.json", '{"of-crm": ["subscribe:crm"]}');
  const { tokens } = await serverSecurity({ ...NOTHING, rpcTokensFile }, LOCAL);
  expect([...(tokens ?? [])].map(([token]) => token)).toEqual(["of-crm", "of-this-machine"]);

  const made: Certificates = await makeCertificates(directory);
  const rpcTls = { cert: made.server.cert, key: made.server.key, ca: made.ca };
  expect((await serverSecurity({ ...NOTHING, rpcTls }, LOCAL)).tokens).toBeNull();
  const alone = await serverSecurity({ ...NOTHING, rpcTls: { ...rpcTls, ca: null } }, LOCAL);
  expect([...(alone.tokens ?? [])]).toEqual([["of-this-machine", OF_LOCAL]]);
});

test("RPC_INSECURE asks nobody for a token, unless some are set", async () => {
  const rpcInsecure = true;
  expect(await serverSecurity({ ...NOTHING, rpcInsecure }, LOCAL)).toEqual({
    tokens: null,
    tls: null,
    insecure: true,
  });
  const given = { ...NOTHING, rpcInsecure, rpcToken: "one" };
  expect((await serverSecurity(given, LOCAL)).tokens?.size).toBe(1);
});

test("rpcReach() is insecure where nobody is asked who they are, and plain where tokens cross a network in plain text", () => {
  const tls = { cert: "", key: "", ca: null } as const;
  const tokens = new Map([["one", OF_RPC_TOKEN]]);
  const here = "127.0.0.1:50051";
  const there = "0.0.0.0:50051";
  expect(rpcReach({ tokens, tls: null }, here)).toBe("loopback");
  expect(rpcReach({ tokens: null, tls: null }, here)).toBe("insecure");
  expect(rpcReach({ tokens, tls: null }, there)).toBe("plain");
  expect(rpcReach({ tokens: null, tls: null }, there)).toBe("insecure");
  expect(rpcReach({ tokens, tls }, there)).toBe("tls");
  expect(rpcReach({ tokens: null, tls }, there)).toBe("insecure");
  expect(rpcReach({ tokens: null, tls: { ...tls, ca: "" } }, there)).toBe("tls");
});

test("RPC_TOKEN may capture and operate; RPC_TOKENS_FILE adds tokens with names and scopes of their own", async () => {
  const crm = ["subscribe:crm", "subscribe:crm-*?sources=crm/*&types=payment.*,order.new"];
  const rpcTokensFile = await put(
    "tokens.json",
    JSON.stringify({
      "of-edge": ["ingest"],
      "of-crm": { name: "crm team", scopes: crm },
      "of-viewer": { name: "ana@example.com", scopes: ["view"] },
    }),
  );
  const { tokens } = await serverSecurity({ ...NOTHING, rpcToken: "one", rpcTokensFile });
  expect([...(tokens ?? [])]).toEqual([
    ["of-edge", { name: "token 1", scopes: ["ingest"] }],
    ["of-crm", { name: "crm team", scopes: crm }],
    ["of-viewer", { name: "ana@example.com", scopes: ["view"] }],
    ["one", OF_RPC_TOKEN],
  ]);
  expect(await clientSecurity({ ...NOTHING, rpcToken: "one" })).toEqual({
    token: "one",
    tls: null,
  });
});

test.each(["", "with blank", "naïve", "line\nbreak", "x".repeat(4_097)])(
  "RPC_TOKEN %j is refused without being shown",
  async (rpcToken) => {
    const refusal = /^Cannot use RPC_TOKEN: it must be plain ASCII/;
    await expect(serverSecurity({ ...NOTHING, rpcToken })).rejects.toThrow(refusal);
    await expect(clientSecurity({ ...NOTHING, rpcToken })).rejects.toThrow(refusal);
  },
);

test.each([
  ["no JSON", "{secret-token", "it is not JSON"],
  ["a list", '["secret-token"]', "it is not a JSON object"],
  ["null", "null", "it is not a JSON object"],
  ["empty", "{}", "it has no token"],
  ["an empty token", '{"a": ["ingest"], "": ["ingest"]}', "entry 2 has a token that is empty"],
  ["no list", '{"secret-token": "ingest"}', "entry 1 has no list of scopes"],
  ["no scope", '{"secret-token": []}', "entry 1 has no list of scopes"],
  ["an unknown scope", '{"secret-token": ["root"]}', 'entry 1 has the scope "root"'],
  ["a scope that is none", '{"secret-token": [7]}', "entry 1 has the scope 7"],
  ["no subscription", '{"secret-token": ["subscribe:"]}', 'entry 1 has the scope "subscribe:"'],
  ["no name", '{"secret-token": {"scopes": ["ingest"]}}', "entry 1 needs a name"],
  [
    "a name that a terminal acts on",
    JSON.stringify({ "secret-token": { name: "\u001b[2J", scopes: ["ingest"] } }),
    "entry 1 needs a name",
  ],
  [
    "a key that nobody knows",
    '{"secret-token": {"name": "a", "scope": ["ingest"], "scopes": ["ingest"]}}',
    'entry 1 has the key "scope"',
  ],
  ["nothing", '{"secret-token": null}', "entry 1 has no list of scopes"],
  ...[
    "subscribe:crm?",
    "subscribe:crm?source=crm",
    "subscribe:crm?types=",
    "subscribe:crm?types=a,",
    "subscribe:crm?types=a&types=b",
    "subscribe:?types=a",
    "subscribe:crm?types=a?b",
  ].map((scope): [string, string, string] => [
    scope,
    JSON.stringify({ "secret-token": [scope] }),
    `entry 1 has the scope ${JSON.stringify(scope)}; a reach is written as`,
  ]),
  [
    "too many",
    JSON.stringify(Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [at, ["ingest"]]))),
    "it has more than 1000 tokens",
  ],
])("a file of tokens that is %s is refused, and no token shown", async (_what, text, problem) => {
  const rpcTokensFile = await put("tokens.json", text);
  const error = await serverSecurity({ ...NOTHING, rpcTokensFile }).catch((reason) => reason);
  expect(error.message).toContain(
    `Cannot use the tokens of RPC_TOKENS_FILE, ${rpcTokensFile}: ${problem}`,
  );
  expect(`${error.message} ${error.cause}`).not.toContain("secret-token");
});

test("a file that is missing, or too large, is named with its variable", async () => {
  const missing = join(directory, "missing");
  await expect(serverSecurity({ ...NOTHING, rpcTokensFile: missing })).rejects.toThrow(
    `Cannot read the file of RPC_TOKENS_FILE, ${missing}: ENOENT`,
  );
  const large = await put("large", " ".repeat(1024 * 1024 + 1));
  await expect(serverSecurity({ ...NOTHING, rpcTokensFile: large })).rejects.toThrow(
    /it has more than 1048576 bytes$/,
  );
});

test("TLS files are read and tried", async () => {
  const made: Certificates = await makeCertificates(directory);
  const paths = { cert: made.server.cert, key: made.server.key, ca: made.ca };
  const { tls } = await serverSecurity({ ...NOTHING, rpcTls: paths });
  expect(tls?.cert).toContain("BEGIN CERTIFICATE");
  expect(tls?.key).toContain("PRIVATE KEY");
  expect(tls?.ca).toContain("BEGIN CERTIFICATE");
  expect((await serverSecurity({ ...NOTHING, rpcTls: { ...paths, ca: null } })).tls?.ca).toBe(null);

  const caAlone = { cert: null, key: null, ca: made.ca };
  expect((await clientSecurity({ ...NOTHING, rpcTls: caAlone })).tls).toEqual({
    cert: null,
    key: null,
    ca: tls?.ca,
  });
  await expect(serverSecurity({ ...NOTHING, rpcTls: caAlone })).rejects.toThrow(
    "Cannot serve TLS: RPC_TLS_CA is set, RPC_TLS_CERT and RPC_TLS_KEY are not",
  );

  const text = await put("text", "no certificate");
  const empty = await put("empty", "");
  const half = tls?.cert.slice(0, 300) ?? "";
  const cut = await put("cut", half);
  const cutSecond = await put("cut_second", `${tls?.ca}${half}`);
  for (const [changes, refusal] of [
    [{ key: null }, "Cannot use TLS: RPC_TLS_CERT and RPC_TLS_KEY need each other"],
    [
      { key: made.client.key },
      "Cannot use RPC_TLS_CERT and RPC_TLS_KEY: the key belongs to another certificate",
    ],
    ...[text, empty].flatMap((file) => [
      [{ cert: file }, "Cannot use RPC_TLS_CERT: there is no certificate in it"] as const,
      [{ key: file }, "Cannot use RPC_TLS_KEY: there is no private key in it"] as const,
      [{ ca: file }, "Cannot use RPC_TLS_CA: there is no certificate in it"] as const,
    ]),
    [{ cert: cut }, "Cannot use RPC_TLS_CERT: the certificate in it is cut off or damaged"],
    [{ ca: cutSecond }, "Cannot use RPC_TLS_CA: certificate 2 in it is cut off or damaged"],
    [{ ca: join(directory, "missing") }, "Cannot read the file of RPC_TLS_CA, "],
  ] as const) {
    const rpcTls = { ...paths, ...changes };
    await expect(serverSecurity({ ...NOTHING, rpcTls })).rejects.toThrow(refusal);
    await expect(clientSecurity({ ...NOTHING, rpcTls })).rejects.toThrow(refusal);
  }
});
