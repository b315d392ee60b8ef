import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { subscribe } from "@hookgate/client";
import { ensureLocalToken } from "@hookgate/config";
import { temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

const MIB = 1024 * 1024;

/** GitHub's ceiling, in bytes. */
const BYTES = 25 * MIB;

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A push of so many commits that it is as large as GitHub sends, to the byte. */
function largePush(): Buffer {
  const commit = `{"id":"${"0".repeat(40)}","message":"Grüße\\n","added":["a/b.ts"],"n":1.5},`;
  const [start, end] = ['{"ref":"refs/heads/main","commits":[', '{}],"padding":"'];
  const times = Math.floor((BYTES - 200) / Buffer.byteLength(commit));
  const body = Buffer.alloc(BYTES, "x");
  body.write(start + commit.repeat(times) + end);
  body.write('"}', BYTES - 2);
  return body;
}

/** Writes the digest of the exact bytes, and what it found in the parsed ones. */
const HANDLER = `import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
export function handle(event) {
  const digest = createHash("sha256").update(event.body).digest("hex");
  writeFileSync(new URL("./handled", import.meta.url), digest + " " + event.data.ref);
}
`;

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function deliverLarge(env: Record<string, string>): Promise<void> {
  const folder = await temporaryDirectory();
  await writeFile(join(folder.path, "large.mjs"), HANDLER);
  const posted: string[] = [];
  const endpoint = createServer(async (request, response) => {
    posted.push(sha256(await readAll(request)));
    response.end();
  }).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  const { port } = endpoint.address() as AddressInfo;
  const apps = await prepareApps(folder.path, {
    config: `{
      sources: { github: { provider: "github", secrets: ["${SECRET}"] } },
      subscriptions: {
        handled: { events: ["*"], handler: "./large.mjs", where: { "/ref": "refs/heads/main" } },
        posted: { events: ["*"], endpoint: "http://127.0.0.1:${port}/", secret: "${SECRET}" },
        streamed: { events: ["*"], stream: true },
      },
      privateHosts: ["127.0.0.1"],
    }`,
    env: { LOG_LEVEL: "error", ...env },
  });
  const dispatcher = await apps.start("dispatcher");
  const edge = await apps.start("edge");
  const streamed: string[] = [];
  const subscriber = subscribe(
    { address: apps.rpcAddress, token: ensureLocalToken(apps.dataDir), name: "streamed" },
    async (event) => {
      streamed.push(sha256(event.body));
    },
  );
  try {
    const body = largePush();
    const signature = createHmac("sha256", SECRET).update(body).digest("hex");
    const headers = {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "x-hub-signature-256": `sha256=${signature}`,
    };
    const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/github`;
    // A busy machine may not store it in time: what is sent again is answered as stored before.
    const isStored = async () =>
      (await fetch(url, { method: "POST", headers, body })).status === 200;
    await waitFor(isStored, { what: "an answer of 200", timeoutMs: 30_000 });
    const handled = join(folder.path, "handled");
    const done = () => existsSync(handled) && posted.length > 0 && streamed.length > 0;
    await waitFor(done, { what: "three deliveries", timeoutMs: 30_000 });
    const digest = sha256(body);
    expect(await readFile(handled, "utf8")).toBe(`${digest} refs/heads/main`);
    expect(posted).toEqual([digest]);
    expect(streamed).toEqual([digest]);
  } finally {
    await subscriber.close();
    await edge.stop();
    await dispatcher.stop();
    endpoint.closeAllConnections();
    endpoint.close();
    await folder[Symbol.asyncDispose]();
  }
}

/** A batch of Mandrill's: received mail with its attachments, in a form of so many bytes. */
function mandrillBatch(bytes: number): Buffer {
  const event = (content: string) =>
    `{"event":"inbound","ts":1,"msg":{"subject":"Gr\\u00fc\u00dfe & more","raw_msg":"${content}"}}`;
  const form = (content: string) =>
    new URLSearchParams({ mandrill_events: `[${event("")},${event(content)}]` }).toString();
  const [start, end] = form("…").split(encodeURIComponent("…")) as [string, string];
  return Buffer.from(start.padEnd(bytes - end.length, "QUJD%2B") + end);
}

/** A form of Twilio's with so many bytes. */
function twilioForm(bytes: number): Buffer {
  const fields = new URLSearchParams({ To: "+14155550101", CallSid: "CA1", CallStatus: "ringing" });
  return Buffer.from(`${fields}&AddOns=`.padEnd(bytes, "%7B%22caf%C3%A9%22+"));
}

/** As both document it: the URL, and names and values in the order of the names. */
function signForm(url: string, body: Buffer): string {
  const fields = [...new URLSearchParams(body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha1", SECRET)
    .update(url + fields.flat().join(""))
    .digest("base64");
}

test("forms whose fields are signed are stored up to the largest that their source takes", async () => {
  await using folder = await temporaryDirectory();
  const publicUrl = (source: string) => `https://hooks.example.com/api/webhooks/${source}`;
  const posted: [string | undefined, string][] = [];
  const endpoint = createServer(async (request, response) => {
    posted.push([request.headers["hookgate-type"]?.toString(), sha256(await readAll(request))]);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  const { port } = endpoint.address() as AddressInfo;
  const sources = ["mandrill", "twilio"].map((provider) => {
    const own = provider === "twilio" ? `, bodyBytesMax: ${5 * MIB}` : "";
    return `${provider}: { provider: "${provider}", secrets: ["${SECRET}"], publicUrl: "${publicUrl(provider)}"${own} }`;
  });
  const apps = await prepareApps(folder.path, {
    config: `{
      sources: { ${sources.join(", ")} },
      subscriptions: {
        posted: { events: ["*"], endpoint: "http://127.0.0.1:${port}/", secret: "${SECRET}" },
      },
      privateHosts: ["127.0.0.1"],
      // A busy machine takes longer than senders wait.
      limits: { answerBudgetMs: 60_000 },
    }`,
    env: { LOG_LEVEL: "error" },
  });
  const dispatcher = await apps.start("dispatcher");
  const edge = await apps.start("edge");
  try {
    const send = async (
      source: string,
      body: Buffer,
      signature = signForm(publicUrl(source), body),
    ) => {
      const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/${source}`;
      const headers = {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        [`x-${source}-signature`]: signature,
      };
      return (await fetch(url, { method: "POST", headers, body })).status;
    };
    const cases: [[string, Buffer, string], ...[string, Buffer, string][]] = [
      ["mandrill", mandrillBatch(5 * MIB), "inbound"],
      ["mandrill", mandrillBatch(32 * MIB), "inbound"],
      ["twilio", twilioForm(5 * MIB), "call.ringing"],
    ];
    for (const [source, body, type] of cases) {
      expect(await send(source, body)).toBe(200);
      const digest = sha256(body);
      const isPosted = () => posted.some(([, found]) => found === digest);
      await waitFor(isPosted, { what: "a delivery", timeoutMs: 30_000 });
      expect(posted.find(([, found]) => found === digest)).toEqual([type, digest]);
    }
    // Refused last: a large one uses up what its address may send without proof.
    const [[source, body]] = cases;
    expect(await send(source, Buffer.alloc(32 * MIB + 1, "a"))).toBe(413);
    const forged = Buffer.from(body).fill("x", body.length - 30, body.length - 29);
    expect(await send(source, forged, signForm(publicUrl(source), body))).toBe(401);
  } finally {
    await edge.stop();
    await dispatcher.stop();
    endpoint.closeAllConnections();
    endpoint.close();
  }
}, 120_000);

test("an event of 25 MB reaches a handler, an endpoint and a subscriber byte for byte", async () => {
  await deliverLarge({});
}, 120_000);

test("an event of 25 MB does so from MongoDB", async () => {
  await using database = await mongoDatabase();
  await deliverLarge({ MONGODB_URI: database.uri });
}, 180_000);
