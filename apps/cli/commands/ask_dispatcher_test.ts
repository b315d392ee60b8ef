import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureLocalToken } from "@hookgate/config";
import { type ServerSecurity, startRpcServer } from "@hookgate/rpc";
import { makeCertificate } from "@hookgate/signature";
import { temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";
import { refusingAdmin } from "../suite/scripted_dispatcher.ts";

interface Pem {
  cert: string;
  key: string;
}

const stack = new AsyncDisposableStack();
let directory: string;
/** For 127.0.0.1, and its own CA. */
let good: Pem;
let other: Pem;

beforeAll(async () => {
  directory = stack.use(await temporaryDirectory()).path;
  good = await makePem("good");
  other = await makePem("other");
}, 60_000);
afterAll(() => stack.disposeAsync());

async function makePem(name: string): Promise<Pem> {
  const [cert, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"];
  const args = ["req", "-x509", ...made, ...names, "-keyout", key, "-out", cert];
  await promisify(execFile)("openssl", args);
  return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
}

/** Another name than the server's, for this time. */
function makeDated(from: number, to: number): Pem {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const key = String(keys.privateKey.export({ format: "pem", type: "pkcs8" }));
  return { cert: makeCertificate(keys, { from, to }), key };
}

async function put(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

/** The error of `hookgate events` at a dispatcher with this security, `ADDRESS` in place of its address. */
async function errorAt(
  { tokens = null, tls = null }: Partial<ServerSecurity>,
  env: Record<string, string>,
): Promise<string> {
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens, tls },
    ingest: null,
    admin: refusingAdmin({
      listEvents: async () => ({ events: [], nextPageToken: "", notes: [] }),
    }),
    subscription: null,
    log: { error() {} },
  });
  try {
    const { address } = server;
    const ran = await callHookgate(["events"], { ...env, DISPATCHER_ADDRESS: address });
    expect(ran.code).toBe(1);
    expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
    return ran.err.trimEnd().replaceAll(address, "ADDRESS");
  } finally {
    await server.close({ graceMs: 0 });
  }
}

const HOUR_MS = 3_600_000;

test("hookgate says that the dispatcher's certificate has expired, or is not valid yet", async () => {
  const now = Date.now();
  for (const [from, to, expected] of [
    [
      now - 2 * HOUR_MS,
      now - HOUR_MS,
      "Cannot list events: the certificate of the dispatcher at ADDRESS has expired; renew its RPC_TLS_CERT",
    ],
    [
      now + HOUR_MS,
      now + 2 * HOUR_MS,
      "Cannot list events: the certificate of the dispatcher at ADDRESS is not valid yet; check the clocks of both machines",
    ],
  ] as const) {
    const pem = makeDated(from, to);
    const RPC_TLS_CA = await put("dated.crt", pem.cert);
    expect(await errorAt({ tls: { ...pem, ca: null } }, { RPC_TLS_CA })).toBe(expected);
  }
});

test("hookgate says that it does not trust the dispatcher's certificate", async () => {
  const RPC_TLS_CA = await put("other_ca.crt", other.cert);
  expect(await errorAt({ tls: { ...good, ca: null } }, { RPC_TLS_CA })).toBe(
    "Cannot list events: RPC_TLS_CA does not vouch for the certificate of the dispatcher at ADDRESS; set it to the CA that signed it, or to the certificate itself if it is self-signed",
  );
});

test("hookgate says that the dispatcher's certificate is for another name", async () => {
  const pem = makeDated(Date.now() - HOUR_MS, Date.now() + HOUR_MS);
  const RPC_TLS_CA = await put("named.crt", pem.cert);
  expect(await errorAt({ tls: { ...pem, ca: null } }, { RPC_TLS_CA })).toBe(
    "Cannot list events: the certificate of the dispatcher at ADDRESS is for another name; set DISPATCHER_ADDRESS to a name that it lists",
  );
});

test("hookgate says that the dispatcher does not speak TLS", async () => {
  const RPC_TLS_CA = await put("ca.crt", good.cert);
  expect(await errorAt({}, { RPC_TLS_CA })).toBe(
    "Cannot list events: the dispatcher at ADDRESS does not use TLS; unset RPC_TLS_CA, RPC_TLS_CERT and RPC_TLS_KEY here, or set RPC_TLS_CERT and RPC_TLS_KEY there",
  );
});

test("hookgate without TLS says that the dispatcher may need it", async () => {
  expect(await errorAt({ tls: { ...good, ca: null } }, {})).toBe(
    "Cannot list events: the dispatcher at ADDRESS closed the connection; it may have ended just now, or need TLS: set RPC_TLS_CA",
  );
});

test("hookgate says that the dispatcher needs a client certificate", async () => {
  const RPC_TLS_CA = await put("ca.crt", good.cert);
  expect(await errorAt({ tls: { ...good, ca: good.cert } }, { RPC_TLS_CA })).toMatch(
    /^Cannot list events: the dispatcher at ADDRESS (?:needs|closed the connection; it may have ended just now, or need) a client certificate: set RPC_TLS_CERT and RPC_TLS_KEY$/,
  );
});

test("hookgate says that the dispatcher may not accept its client certificate", async () => {
  const env = {
    RPC_TLS_CA: await put("ca.crt", good.cert),
    RPC_TLS_CERT: await put("client.crt", other.cert),
    RPC_TLS_KEY: await put("client.key", other.key),
  };
  expect(await errorAt({ tls: { ...good, ca: good.cert } }, env)).toMatch(
    /^Cannot list events: the dispatcher at ADDRESS (?:refused|closed the connection; it may have ended just now, or have refused) the certificate in RPC_TLS_CERT: its own RPC_TLS_CA must have signed it$/,
  );
});

test("hookgate tells a missing token from a wrong one", async () => {
  const tokens = new Map([["right", { name: "ops", scopes: ["admin"] }]]);
  const DATA_DIR = join(directory, "data");
  expect(await errorAt({ tokens }, { DATA_DIR })).toBe(
    "Cannot list events: the dispatcher at ADDRESS needs a token: set RPC_TOKEN, or DATA_DIR to the dispatcher's if it runs on this machine",
  );
  ensureLocalToken(DATA_DIR);
  expect(await errorAt({ tokens }, { DATA_DIR })).toBe(
    `Cannot list events: the dispatcher at ADDRESS does not know the token in ${DATA_DIR}: set RPC_TOKEN, or DATA_DIR to the dispatcher's`,
  );
  expect(await errorAt({ tokens }, { RPC_TOKEN: "wrong" })).toBe(
    "Cannot list events: the dispatcher at ADDRESS does not know this RPC_TOKEN; use its own, or one of its RPC_TOKENS_FILE",
  );
});

/** A server that knows only this token, for this test. */
async function serve(address: string, token: string): Promise<string> {
  const server = await startRpcServer({
    address,
    security: {
      tokens: new Map([[token, { name: "local", scopes: ["admin"] }]]),
      tls: null,
      insecure: true,
    },
    ingest: null,
    admin: refusingAdmin({
      listEvents: async () => ({ events: [], nextPageToken: "", notes: [] }),
    }),
    subscription: null,
    log: { error() {} },
  });
  stack.defer(() => server.close({ graceMs: 0 }));
  return server.address;
}

test("hookgate says that the store is damaged, if that is why no dispatcher runs", async () => {
  await using folder = await temporaryDirectory();
  const closed = createServer();
  const address = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  await writeFile(
    join(folder.path, "hookgate.sqlite-damaged"),
    "its file is damaged; look at it\n",
  );
  const env = { DISPATCHER_ADDRESS: address, DATA_DIR: folder.path, RPC_TOKEN: "right" };
  expect(await callHookgate(["events"], env)).toMatchObject({
    code: 1,
    err: `Cannot reach the dispatcher at ${address}: it does not run while its file is damaged; look at it\n`,
  });
  const other = { ...env, MONGODB_URI: "mongodb://127.0.0.1/hookgate" };
  expect(await callHookgate(["events"], other)).toMatchObject({
    err: expect.stringContaining("is it running?"),
  });
});

test("hookgate calls the first dispatcher of a list that can be reached", async () => {
  const frozen = createServer(() => {});
  const closed = createServer();
  const [silent, gone] = await Promise.all([listen(frozen), listen(closed)]);
  await new Promise((resolve) => closed.close(resolve));
  const live = await serve("127.0.0.1:0", "right");
  const env = { RPC_TOKEN: "right", DISPATCHER_ADDRESS: `${gone},${silent}, ${live}` };
  try {
    expect(await callHookgate(["events"], env)).toMatchObject({ code: 0, err: "No events.\n" });
    const none = { ...env, DISPATCHER_ADDRESS: `${silent},${gone}` };
    expect(await callHookgate(["events"], none)).toMatchObject({
      code: 1,
      err: `Cannot reach the dispatcher at ${gone}: is it running? Start it with npm start; ${silent} cannot be reached either\n`,
    });
    const refused = { ...env, RPC_TOKEN: "wrong" };
    expect(await callHookgate(["events"], refused)).toMatchObject({
      code: 1,
      err: `Cannot list events: the dispatcher at ${live} does not know this RPC_TOKEN; use its own, or one of its RPC_TOKENS_FILE\n`,
    });
  } finally {
    frozen.close();
  }
});

test("hookgate shows the token of this machine only to dispatchers on loopback", async () => {
  const DATA_DIR = join(directory, "of_this_machine");
  const token = ensureLocalToken(DATA_DIR);
  // It is this machine, too, but for all that the address says it could be another.
  const elsewhere = await serve("0.0.0.0:0", token);
  const here = elsewhere.replace("0.0.0.0", "127.0.0.1");
  const env = { DATA_DIR, DISPATCHER_ADDRESS: `${elsewhere},${here}` };
  expect(await callHookgate(["events"], env)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/ needs a token: set RPC_TOKEN/),
  });
  const other = { DATA_DIR, DISPATCHER_ADDRESS: `${here},${elsewhere}` };
  expect(await callHookgate(["events"], other)).toMatchObject({ code: 0 });
});

test("hookgate says that a host has no address", async () => {
  const env = { DISPATCHER_ADDRESS: "dispatcher.invalid:50051" };
  expect(await callHookgate(["events"], env)).toMatchObject({
    code: 1,
    err: "Cannot list events: the name in DISPATCHER_ADDRESS, dispatcher.invalid:50051, has no address (DNS)\n",
  });
});

test("hookgate says that another kind of server answers", async () => {
  const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const address = await listen(server);
  try {
    expect(await callHookgate(["events"], { DISPATCHER_ADDRESS: address })).toMatchObject({
      code: 1,
      err: `Cannot list events: the server at ${address} is not a dispatcher, or needs TLS: check DISPATCHER_ADDRESS, and set RPC_TLS_CA\n`,
    });
  } finally {
    server.close();
  }
});

test("hookgate says how long it waited for an answer, and where it comes from", async () => {
  const server = createServer(() => {});
  const address = await listen(server);
  try {
    expect(await callHookgate(["events"], { DISPATCHER_ADDRESS: address })).toMatchObject({
      code: 1,
      err: `Cannot list events: nothing answered at ${address} within 10 s; it may be overloaded, or no dispatcher: check DISPATCHER_ADDRESS\n`,
    });
  } finally {
    server.close();
  }
}, 30_000);

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      resolve(`127.0.0.1:${port}`);
    });
  });
}
