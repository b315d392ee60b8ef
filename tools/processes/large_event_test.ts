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

/** GitHub's ceiling, in bytes. */
const BYTES = 25 * 1024 * 1024;

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

test("an event of 25 MB reaches a handler, an endpoint and a subscriber byte for byte", async () => {
  await deliverLarge({});
}, 120_000);

test("an event of 25 MB does so from MongoDB", async () => {
  await using database = await mongoDatabase();
  await deliverLarge({ MONGODB_URI: database.uri });
}, 180_000);
