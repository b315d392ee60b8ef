import { readFile } from "node:fs/promises";
import { temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { ClientTls } from "../client/connect_rpc.ts";
import { type CertificatePaths, makeCertificates } from "../suite/certificates.ts";
import { captureOf } from "../suite/example_messages.ts";
import { receive, startPair } from "../suite/rpc_pair.ts";
import { healthyAdmin } from "../suite/unanswered_admin.ts";
import type { ServerTls } from "./start_rpc_server.ts";

const stack = new AsyncDisposableStack();
let ca: string;
let otherCa: string;
let server: Pem;
let client: Pem;
let stranger: Pem;

interface Pem {
  cert: string;
  key: string;
}

beforeAll(async () => {
  const { path } = stack.use(await temporaryDirectory());
  const made = await makeCertificates(path);
  const read = async ({ cert, key }: CertificatePaths) => ({
    cert: await readFile(cert, "utf8"),
    key: await readFile(key, "utf8"),
  });
  ca = await readFile(made.ca, "utf8");
  otherCa = await readFile(made.otherCa, "utf8");
  server = await read(made.server);
  client = await read(made.client);
  stranger = await read(made.stranger);
});
afterAll(() => stack.disposeAsync());

const NONE = { cert: null, key: null };

interface Case {
  serving: () => ServerTls | null;
  calling: () => ClientTls | null;
  works: boolean;
}

test.each<[string, Case]>([
  [
    "TLS: a client that knows who signed is let in",
    { serving: () => ({ ...server, ca: null }), calling: () => ({ ...NONE, ca }), works: true },
  ],
  [
    "TLS: a client that does not know who signed goes away",
    {
      serving: () => ({ ...server, ca: null }),
      calling: () => ({ ...NONE, ca: null }),
      works: false,
    },
  ],
  [
    "TLS: a server with a stranger's certificate is refused",
    { serving: () => ({ ...stranger, ca: null }), calling: () => ({ ...NONE, ca }), works: false },
  ],
  [
    "TLS: a client in plain text is refused",
    { serving: () => ({ ...server, ca: null }), calling: () => null, works: false },
  ],
  [
    "a client that wants TLS does not speak plain text",
    { serving: () => null, calling: () => ({ ...NONE, ca }), works: false },
  ],
  [
    "mutual TLS: a client with a certificate is let in",
    { serving: () => ({ ...server, ca }), calling: () => ({ ...client, ca }), works: true },
  ],
  [
    "mutual TLS: a client without a certificate is refused",
    { serving: () => ({ ...server, ca }), calling: () => ({ ...NONE, ca }), works: false },
  ],
  [
    "mutual TLS: a client with a stranger's certificate is refused",
    { serving: () => ({ ...server, ca }), calling: () => ({ ...stranger, ca }), works: false },
  ],
])("%s", async (_what, { serving, calling, works }) => {
  const pair = await startPair({
    serverSecurity: { tokens: null, tls: serving() },
    clientSecurity: { token: null, tls: calling() },
    admin: healthyAdmin(),
    capture: (call) => call.receive({ message() {}, end: () => call.end(), error() {} }),
    deadlineMs: 5_000,
  });
  try {
    const call = pair.client.capture();
    const near = receive(call);
    call.send(captureOf(1));
    call.end();
    const health = pair.client.admin.getHealth({});
    if (works) {
      expect((await health).queueSize).toBe(3);
      expect(await near.over).toBe("end");
    } else {
      await expect(health).rejects.toMatchObject({ name: "RpcError", code: "UNAVAILABLE" });
      expect(await near.over).toMatchObject({ name: "RpcError", code: "UNAVAILABLE" });
    }
  } finally {
    await pair[Symbol.asyncDispose]();
  }
});

test("TLS and tokens hold together", async () => {
  const pair = await startPair({
    serverSecurity: {
      tokens: new Map([["secret", { name: "ops", scopes: ["admin"] }]]),
      tls: { ...server, ca: null },
    },
    clientSecurity: { token: "secret", tls: { ...NONE, ca } },
    admin: healthyAdmin(),
  });
  try {
    expect((await pair.client.admin.getHealth({})).queueSize).toBe(3);
    expect(await receive(pair.client.capture()).over).toMatchObject({ code: "PERMISSION_DENIED" });
  } finally {
    await pair[Symbol.asyncDispose]();
  }
});

test("certificates are replaced for new connections, and open ones go on", async () => {
  const pair = await startPair({
    serverSecurity: { tokens: null, tls: { ...server, ca } },
    clientSecurity: { token: null, tls: { ...client, ca } },
    admin: healthyAdmin(),
    capture: (call) => call.receive({ message() {}, end: () => call.end(), error() {} }),
    deadlineMs: 5_000,
  });
  try {
    const open = pair.client.capture();
    const near = receive(open);
    expect((await pair.client.admin.getHealth({})).queueSize).toBe(3);
    pair.server.setTls({ ...stranger, ca: otherCa });
    // What is set to what it is leaves its connections alone.
    pair.client.setSecurity({ token: null, tls: { ...client, ca } });
    expect((await pair.client.admin.getHealth({})).queueSize).toBe(3);
    pair.client.setSecurity({ token: null, tls: { ...client, ca: otherCa } });
    await expect(pair.client.admin.getHealth({})).rejects.toMatchObject({ code: "UNAVAILABLE" });
    pair.client.setSecurity({ token: null, tls: { ...stranger, ca: otherCa } });
    expect((await pair.client.admin.getHealth({})).queueSize).toBe(3);
    open.send(captureOf(1));
    open.end();
    expect(await near.over).toBe("end");
  } finally {
    await pair[Symbol.asyncDispose]();
  }
});

test("without tokens a caller is known by the name in its certificate", async () => {
  const seen: string[] = [];
  const pair = await startPair({
    serverSecurity: { tokens: null, tls: { ...server, ca } },
    clientSecurity: { token: null, tls: { ...client, ca } },
    report: async (_request, caller) => {
      seen.push(caller.name);
      return { refusedKept: 0, enrolmentsOpen: [], enrolled: [], trials: [] };
    },
  });
  try {
    await pair.client.report({ refused: [], secretUses: [], handshakes: [], enrolled: [] });
    expect(seen).toEqual([expect.stringMatching(/^certificate ./)]);
  } finally {
    await pair[Symbol.asyncDispose]();
  }
});
