import { createHmac } from "node:crypto";
import { ensureLocalToken } from "@hookgate/config";
import { connectRpc } from "@hookgate/rpc";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b0undary";
const KEY = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";

const hmac = (text: string) => createHmac("sha256", KEY).update(text).digest("hex");
const urlencoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const nowSeconds = () => String(Math.floor(Date.now() / 1_000));

function multipart(fields: Record<string, string>, file = ""): string {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--b0undary\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join("")}${file}--b0undary--\r\n`;
}

const FILE =
  '--b0undary\r\nContent-Disposition: form-data; name="attachment-1"; filename="a.txt"\r\n' +
  'Content-Type: text/plain\r\n\r\n{"action":"of the file"}\r\n';

interface Sent {
  contentType: string;
  body: string;
  headers?: Record<string, string>;
}

/** A request of a source: what it is read as, and a condition and an order key that look into it. */
interface Case {
  what: string;
  source: string;
  /** Called when it is sent: some sign the time. */
  send(): Sent;
  type: string;
  id: string;
  where: Record<string, unknown>;
  /** Pointer, and the key's JSON. */
  orderBy: readonly [string, string];
}

function github(contentType: string, encode: (fields: Record<string, string>) => string): Sent {
  const body = encode({
    payload: '{"action":"opened","repository":{"id":7,"name":"Grüße & more"}}',
  });
  const headers = {
    "x-github-event": "pull_request",
    "x-github-delivery": `delivery of ${contentType}`,
    "x-hub-signature-256": `sha256=${hmac(body)}`,
  };
  return { contentType, body, headers };
}

function slack(fields: Record<string, string>): Sent {
  const [body, time] = [urlencoded(fields), nowSeconds()];
  const signature = `v0=${hmac(`v0:${time}:${body}`)}`;
  const headers = { "x-slack-request-timestamp": time, "x-slack-signature": signature };
  return { contentType: FORM, body, headers };
}

function mailgun(token: string, fields: Record<string, string>): Record<string, string> {
  const timestamp = nowSeconds();
  return { ...fields, timestamp, token, signature: hmac(timestamp + token) };
}

const MESSAGE = { recipient: "in@example.com", subject: "Hi & bye", "body-plain": "see below" };

/** Of a recipe that signs with a field of the form, beside JSON in another. */
function own(encode: (fields: Record<string, string>) => string): string {
  const data = '{"kind":"paid","order":{"id":"o 1","total":12.5}}';
  return encode({ note: "a=b&c", data, sign: hmac(data) });
}

const OWN = {
  where: { "/data/order/total": { gte: 12 }, "/note": "a=b&c" },
  orderBy: ["/data/order/id", '"o 1"'],
} as const;

const CASES: readonly Case[] = [
  {
    what: "GitHub's default content type",
    source: "github",
    send: () => github(FORM, urlencoded),
    type: "pull_request",
    id: `delivery of ${FORM}`,
    where: { "/action": "opened", "/repository/name": "Grüße & more" },
    orderBy: ["/repository/id", "7"],
  },
  {
    what: "the same in parts",
    source: "github",
    send: () => github(MULTIPART, multipart),
    type: "pull_request",
    id: `delivery of ${MULTIPART}`,
    where: { "/action": "opened" },
    orderBy: ["/repository/name", '"Grüße & more"'],
  },
  {
    what: "a button of Slack's",
    source: "slack",
    send: () => slack({ payload: '{"type":"block_actions","trigger_id":"t1","user":{"id":"U1"}}' }),
    type: "block_actions",
    id: "",
    where: { "/user/id": { in: ["U1", "U2"] } },
    orderBy: ["/trigger_id", '"t1"'],
  },
  {
    what: "a slash command of Slack's",
    source: "slack",
    send: () => slack({ command: "/weather", text: "Köln + Bonn", trigger_id: "t2" }),
    type: "/weather",
    id: "",
    where: { "/text": "Köln + Bonn" },
    orderBy: ["/trigger_id", '"t2"'],
  },
  {
    what: "a legacy webhook of Mailgun's",
    source: "mailgun",
    send: () => ({
      contentType: FORM,
      body: urlencoded(mailgun("token-1", { event: "delivered", recipient: "a+b@example.com" })),
    }),
    type: "delivered",
    id: "token-1",
    where: { "/recipient": "a+b@example.com" },
    orderBy: ["/event", '"delivered"'],
  },
  {
    what: "an inbound message of Mailgun's",
    source: "mailgun",
    send: () => ({ contentType: FORM, body: urlencoded(mailgun("token-2", MESSAGE)) }),
    type: "inbound",
    id: "token-2",
    where: { "/subject": "Hi & bye" },
    orderBy: ["/recipient", '"in@example.com"'],
  },
  {
    what: "the same with an attachment",
    source: "mailgun",
    send: () => ({ contentType: MULTIPART, body: multipart(mailgun("token-3", MESSAGE), FILE) }),
    type: "inbound",
    id: "token-3",
    where: { "/recipient": "in@example.com", "/attachment-1": { exists: true } },
    orderBy: ["/subject", '"Hi & bye"'],
  },
  {
    what: "one's own recipe over a form",
    source: "own",
    send: () => ({ contentType: `${FORM}; charset=utf-8`, body: own(urlencoded) }),
    type: "payment.success",
    id: "o 1",
    ...OWN,
  },
  {
    what: "one's own recipe over parts, with a file before them",
    source: "parts",
    send: () => ({ contentType: MULTIPART, body: FILE + own(multipart) }),
    type: "payment.success",
    id: "o 1",
    ...OWN,
  },
];

const RECIPE = {
  recipe: {
    kind: "hmac",
    scheme: "own",
    signature: { form: "sign" },
    digest: "sha256",
    encoding: "hex",
    signed: [{ form: "data" }],
    coversBody: false,
  },
  describe: {
    type: { form: "data", json: "/kind" },
    id: { form: "data", json: "/order/id" },
    canonical: { paid: "payment.success" },
  },
  secrets: [KEY],
};

const CONFIG = {
  sources: {
    github: { provider: "github", secrets: [KEY] },
    slack: { provider: "slack", secrets: [KEY] },
    mailgun: { provider: "mailgun", secrets: [KEY] },
    own: RECIPE,
    parts: RECIPE,
  },
  // Two for each case: one that wants just this, and one that wants anything else.
  subscriptions: Object.fromEntries(
    CASES.flatMap(({ source, type, where, orderBy: [orderBy] }, at) => {
      const [events, sources] = [[type], [source]];
      const [pointer = ""] = Object.keys(where);
      const other = { [pointer]: { equals: "something else" } };
      return [
        [`wanted-${at}`, { events, sources, where, orderBy, stream: true }],
        [`other-${at}`, { events, sources, where: other, orderBy, stream: true }],
      ];
    }),
  ),
};

async function sendForms(env: Record<string, string>): Promise<void> {
  await using folder = await temporaryDirectory();
  const apps = await prepareApps(folder.path, { config: JSON.stringify(CONFIG), env });
  await using running = new AsyncDisposableStack();
  for (const app of ["dispatcher", "edge"] as const) running.defer((await apps.start(app)).stop);
  const security = { token: ensureLocalToken(apps.dataDir), tls: null };
  const client = connectRpc({ address: apps.rpcAddress, security });
  running.defer(async () => client.close());
  const post = async (source: string, { contentType, body, headers }: Sent) => {
    const answer = await fetch(`http://127.0.0.1:${apps.edgePort}/api/webhooks/${source}`, {
      method: "POST",
      headers: { "content-type": contentType, ...headers },
      body,
    });
    return { status: answer.status, ...((await answer.json()) as { eventId?: string }) };
  };

  for (const [at, { what, source, send, type, id, where, orderBy }] of CASES.entries()) {
    const sent = send();
    const { status, eventId = "" } = await post(source, sent);
    const { event, deliveries, skipped } = await client.admin.getEvent({ id: eventId });
    const body = Buffer.from(event?.body ?? []).toString();
    const seen = { what, status, type: event?.type, id: event?.providerEventId, body };
    expect(seen).toEqual({ what, status: 200, type, id, body: sent.body });
    const mine = deliveries.filter(({ subscription }) => subscription === `wanted-${at}`);
    expect([what, mine.map(({ order }) => order?.key)]).toEqual([what, [orderBy[1]]]);
    const [pointer] = Object.keys(where);
    const reason = `${pointer} equals "something else"`;
    expect(skipped).toContainEqual({ subscription: `other-${at}`, reason });
    // One character of what is signed, or read, makes it another request.
    const forged = {
      ...sent,
      body: sent.body.replace(/(sign(?:ature)?=|"sign(?:ature)?"\r\n\r\n).{8}/, "$100000000"),
    };
    const isInBody = forged.body !== sent.body;
    const changed = isInBody ? forged : { ...sent, body: `${sent.body} ` };
    expect([what, (await post(source, changed)).status]).toEqual([what, 401]);
  }
}

test("what is in a form is seen by type, id, conditions and order, from outside", async () => {
  await sendForms({});
}, 120_000);

test("it is so with MongoDB", async () => {
  await using database = await mongoDatabase();
  await sendForms({ MONGODB_URI: database.uri });
}, 240_000);
