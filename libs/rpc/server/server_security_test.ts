import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { clientSecurity } from "../client/client_security.ts";
import { type Certificates, makeCertificates } from "../suite/certificates.ts";
import { serverSecurity } from "./server_security.ts";

let stack: AsyncDisposableStack;
let directory: string;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  directory = stack.use(await temporaryDirectory()).path;
});
afterEach(() => stack.disposeAsync());

const NOTHING = { rpcToken: null, rpcTokensFile: null, rpcTls: null };

async function put(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

test("nothing set is no security, on both sides", async () => {
  expect(await serverSecurity(NOTHING)).toEqual({ tokens: null, tls: null });
  expect(await clientSecurity(NOTHING)).toEqual({ token: null, tls: null });
});

test("RPC_TOKEN may capture and operate; RPC_TOKENS_FILE adds tokens with scopes of their own", async () => {
  const rpcTokensFile = await put(
    "tokens.json",
    '{"of-edge": ["ingest"], "of-crm": ["subscribe:crm", "subscribe:crm/eu"]}',
  );
  const { tokens } = await serverSecurity({ ...NOTHING, rpcToken: "one", rpcTokensFile });
  expect([...(tokens ?? [])]).toEqual([
    ["of-edge", ["ingest"]],
    ["of-crm", ["subscribe:crm", "subscribe:crm/eu"]],
    ["one", ["ingest", "admin"]],
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
  for (const [changes, refusal] of [
    [{ key: null }, "Cannot use TLS: RPC_TLS_CERT and RPC_TLS_KEY need each other"],
    [{ key: made.client.key }, "Cannot use RPC_TLS_CERT and RPC_TLS_KEY: "],
    [{ cert: text }, "Cannot use RPC_TLS_CERT and RPC_TLS_KEY: "],
    [{ ca: text }, "Cannot use RPC_TLS_CA: there is no certificate in it"],
    [{ ca: join(directory, "missing") }, "Cannot read the file of RPC_TLS_CA, "],
  ] as const) {
    const rpcTls = { ...paths, ...changes };
    await expect(serverSecurity({ ...NOTHING, rpcTls })).rejects.toThrow(refusal);
    await expect(clientSecurity({ ...NOTHING, rpcTls })).rejects.toThrow(refusal);
  }
});
