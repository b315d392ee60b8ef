import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request as startRequest } from "node:http";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

/** Requests that people reported publicly, rebuilt small: each is one of a kind. Made-up ids; signed here, not by our code. */

const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
const at = (name: string) => `https://hooks.example.com/api/webhooks/${name}`;

const SECRETS = {
  dropbox: "abcdefghij12345",
  trigger: "trigger-url-token-0123456789",
  mux: "mux-signing-secret-0123456789",
  zendesk: "zendesk-signing-secret-1",
  github: "github-secret-0123456789",
  svix: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  trello: "trello-oauth-secret-0001",
  twilio: "0123456789abcdef0123456789abcdef",
  adyen: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
};

const CONFIG = {
  sources: {
    dropbox: { provider: "dropbox", secrets: [SECRETS.dropbox] },
    trigger: {
      recipe: { kind: "shared_secret", scheme: "trigger", from: { query: "token" } },
      secrets: [SECRETS.trigger],
    },
    mux: { provider: "mux", secrets: [SECRETS.mux] },
    zendesk: { provider: "zendesk", secrets: [SECRETS.zendesk] },
    github: { provider: "github", secrets: [SECRETS.github] },
    svix: { provider: "standard_webhooks", secrets: [`whsec_${SECRETS.svix}`] },
    trello: { provider: "trello", secrets: [SECRETS.trello], publicUrl: `${at("trello")}/` },
    twilio: { provider: "twilio", secrets: [SECRETS.twilio], publicUrl: at("twilio") },
    adyen: { provider: "adyen", secrets: [SECRETS.adyen] },
  },
  subscriptions: { all: { events: ["*"], stream: true } },
  rateLimit: { max: 10_000 },
};

interface Sent {
  /** Source, and what follows it in the URL. */
  target: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

interface Answer {
  status: number;
  duplicate: boolean;
}

const mac = (key: string | Buffer, text: string, digest = "sha256") =>
  createHmac(digest, key).update(text);
const hex = (key: string, text: string) => mac(key, text).digest("hex");
const nowSeconds = () => Math.floor(Date.now() / 1_000);

function github(headers: Record<string, string> = {}): Sent {
  const body = `{"ref":"refs/heads/main","n":"${randomUUID()}"}`;
  const signature = `sha256=${hex(SECRETS.github, body)}`;
  const own = { "x-github-event": "push", "x-github-delivery": randomUUID() };
  const all = { ...JSON_TYPE, ...own, "x-hub-signature-256": signature, ...headers };
  return { target: "github", headers: all, body };
}

function dropbox(): Sent {
  const body =
    '{"list_folder": {"accounts": ["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]}, "delta": {"users": [12345678]}}';
  const headers = { ...JSON_TYPE, "x-dropbox-signature": hex(SECRETS.dropbox, body) };
  return { target: "dropbox", headers, body };
}

function mux(attempts: readonly object[]): Sent {
  const body = JSON.stringify({
    type: "video.asset.ready",
    id: "a-mux-event",
    data: { id: "a1" },
    attempts,
  });
  const time = nowSeconds();
  const signature = `t=${time},v1=${hex(SECRETS.mux, `${time}.${body}`)}`;
  return { target: "mux", headers: { ...JSON_TYPE, "mux-signature": signature }, body };
}

function zendesk(method: string, body: string): Sent {
  const time = new Date().toISOString().replace(/\.\d+/, "");
  const headers = {
    ...JSON_TYPE,
    "x-zendesk-webhook-signature": mac(SECRETS.zendesk, time + body).digest("base64"),
    "x-zendesk-webhook-signature-timestamp": time,
    "x-zendesk-webhook-invocation-id": `invocation ${method}`,
  };
  return { target: "zendesk", method, headers, body };
}

function trello(): Sent {
  const body = `{"action":{"type":"updateCard","id":"${randomUUID()}"}}`;
  const signature = mac(SECRETS.trello, `${body}${at("trello")}/`, "sha1").digest("base64");
  return { target: "trello/", headers: { ...JSON_TYPE, "x-trello-webhook": signature }, body };
}

function svix(): Sent {
  const [id, time, body] = [`msg_${randomUUID()}`, nowSeconds(), '{"type":"user.created"}'];
  const key = Buffer.from(SECRETS.svix, "base64");
  const signature = mac(key, `${id}.${time}.${body}`).digest("base64");
  const headers = {
    ...JSON_TYPE,
    "webhook-id": id,
    "webhook-timestamp": String(time),
    "webhook-signature": `${signature} v1,${signature}`,
  };
  return { target: "svix", headers, body };
}

const TRIGGER: Sent = { target: `trigger?token=${SECRETS.trigger}` };
const TWILIO = { ...FORM_TYPE, "x-twilio-signature": `${"A".repeat(27)}=` };

const STORED = { status: 200, duplicate: false };
const REPEATED = { status: 200, duplicate: true };
const REFUSED = { status: 401, duplicate: false };

/** What is sent, one after the other, and how each is answered. */
const CASES: readonly [string, () => readonly Sent[], readonly Answer[]][] = [
  [
    "three changes of one account at Dropbox are three events",
    () => [dropbox(), dropbox(), dropbox()],
    [STORED, STORED, STORED],
  ],
  [
    "a trigger without a body, pulled twice, runs twice",
    () => [TRIGGER, TRIGGER],
    [STORED, STORED],
  ],
  [
    "a retry of Mux's that counts its attempts is a duplicate",
    () => [mux([]), mux([{ webhook_id: 2, response_status_code: null }])],
    [STORED, REPEATED],
  ],
  [
    "PUT and DELETE of Zendesk's are events",
    () => [zendesk("PUT", '{"ticket":1}'), zendesk("DELETE", "")],
    [STORED, STORED],
  ],
  [
    "a charset for a content encoding is no reason to refuse",
    () => [github({ "content-encoding": "UTF-8" })],
    [STORED],
  ],
  ["an empty Expect is no reason either", () => [github({ expect: "" })], [STORED]],
  ["a slash at the end is the same source, and signed", () => [trello()], [STORED]],
  ["an entry that nobody knows in a list of signatures is skipped", () => [svix()], [STORED]],
  [
    "a form of 12,000 fields is refused, and an honest post goes on",
    () => [{ target: "twilio", headers: TWILIO, body: fields(12_000) }, github()],
    [REFUSED, STORED],
  ],
  [
    "1 MB of separators is refused, and an honest post goes on",
    () => [{ target: "twilio", headers: TWILIO, body: "a&".repeat(500_000) }, github()],
    [REFUSED, STORED],
  ],
  [
    "a million brackets are refused, and an honest post goes on",
    () => [
      { target: "adyen", headers: JSON_TYPE, body: "[".repeat(500_000) + "]".repeat(500_000) },
      github(),
    ],
    [REFUSED, STORED],
  ],
];

function fields(count: number): string {
  return Array.from({ length: count }, (_, n) => `f${n}=1`).join("&");
}

/** Sends it as it is: fetch sends no Expect. */
async function send(port: number, { target, method = "POST", headers, body = "" }: Sent) {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const request = startRequest({
    port,
    method,
    host: "127.0.0.1",
    path: `/api/webhooks/${target}`,
    headers: { ...headers, ...length, host: "hooks.example.com" },
    agent: false,
  });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const answer = /"duplicate":true/.test(Buffer.concat(chunks).toString());
  return { status: response.statusCode ?? 0, duplicate: answer };
}

async function sendCases(env: Record<string, string>): Promise<void> {
  await using folder = await temporaryDirectory();
  const apps = await prepareApps(folder.path, { config: JSON.stringify(CONFIG), env });
  await using running = new AsyncDisposableStack();
  for (const app of ["dispatcher", "edge"] as const) running.defer((await apps.start(app)).stop);
  for (const [what, make, expected] of CASES) {
    const seen: Answer[] = [];
    for (const sent of make()) seen.push(await send(apps.edgePort, sent));
    expect({ what, seen }).toEqual({ what, seen: expected });
  }
}

test("what people reported publicly is answered right", async () => {
  await sendCases({});
}, 120_000);

test("it is so with MongoDB", async () => {
  await using database = await mongoDatabase();
  await sendCases({ MONGODB_URI: database.uri });
}, 240_000);
