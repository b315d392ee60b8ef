import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "./describe_event.ts";
import type { Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const URL_TEXT = "https://hooks.example.com/api/webhooks/a";
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b";
const KEY = "ab".repeat(32);

const multipart = (fields: Record<string, string>, file = "") => {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join("")}${file}--b--\r\n`;
};

const FILE =
  '--b\r\nContent-Disposition: form-data; name="attachment-1"; filename="a.txt"\r\n' +
  "Content-Type: text/plain\r\n\r\nfile\r\n";

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

function mailgun(fields: Record<string, string>): Record<string, string> {
  const [timestamp, token] = [String(NOW / 1_000), "t".repeat(50)];
  const signature = createHmac("sha256", KEY)
    .update(timestamp + token)
    .digest("hex");
  return { ...fields, timestamp, token, signature };
}

const MESSAGE = { recipient: "in@example.com", subject: "Hi", "body-plain": "see below" };
/** The message's own headers are fields: anyone who writes it can name an event. */
const SLY_MESSAGE = { ...MESSAGE, event: "delivered" };

interface Case {
  id: string;
  what: string;
  contentType: string;
  body: string;
  type: string;
  providerEventId?: string;
  headers?: Record<string, string>;
  /** Whether the body has its signature already. */
  isSigned?: boolean;
}

const CASES: readonly Case[] = [
  {
    id: "slack",
    what: "a button",
    contentType: FORM,
    body: form({ payload: JSON.stringify({ type: "block_actions", trigger_id: "1" }) }),
    type: "block_actions",
  },
  {
    id: "slack",
    what: "a slash command",
    contentType: FORM,
    body: form({ command: "/weather", text: '{"type":"x"}', user_id: "U1" }),
    type: "/weather",
  },
  {
    id: "github",
    what: "its default content type",
    contentType: FORM,
    body: form({ payload: JSON.stringify({ action: "opened" }) }),
    headers: { "x-github-event": "pull_request", "x-github-delivery": "d1" },
    type: "pull_request",
    providerEventId: "d1",
  },
  {
    id: "mailgun",
    what: "a legacy webhook",
    contentType: FORM,
    body: form(mailgun({ event: "delivered", recipient: "a@example.com" })),
    type: "delivered",
    providerEventId: "t".repeat(50),
    isSigned: true,
  },
  {
    id: "mailgun",
    what: "a legacy webhook with attachments",
    contentType: MULTIPART,
    body: multipart(mailgun({ event: "bounced" }), FILE),
    type: "bounced",
    providerEventId: "t".repeat(50),
    isSigned: true,
  },
  {
    id: "mailgun",
    what: "a legacy webhook with bare line feeds, and spaces after its boundaries",
    contentType: MULTIPART,
    body: multipart(mailgun({ event: "bounced" }), FILE)
      .replaceAll("\r", "")
      .replaceAll("--b\n", "--b \t\n"),
    type: "bounced",
    providerEventId: "t".repeat(50),
    isSigned: true,
  },
  {
    id: "mailgun",
    what: "an inbound message",
    contentType: FORM,
    body: form(mailgun(SLY_MESSAGE)),
    type: "inbound",
    providerEventId: "t".repeat(50),
    isSigned: true,
  },
  {
    id: "mailgun",
    what: "an inbound message with an attachment",
    contentType: MULTIPART,
    body: multipart(mailgun(SLY_MESSAGE), FILE),
    type: "inbound",
    providerEventId: "t".repeat(50),
    isSigned: true,
  },
  {
    id: "zendesk",
    what: "a form that an administrator has set up",
    contentType: FORM,
    body: form({ type: "ticket.solved", ticket: "1" }),
    headers: { "x-zendesk-webhook-invocation-id": "i1" },
    type: "ticket.solved",
    providerEventId: "i1",
  },
];

const table = CASES.map((one) => [one.id, one.what, one] as const);

function requestOf({ contentType, body, headers = {} }: Case): OutgoingRequest {
  const all = { ...headers, "content-type": contentType };
  return { method: "POST", url: URL_TEXT, headers: all, body: Buffer.from(body) };
}

function providerOf({ id }: Case): Provider {
  const provider = PROVIDERS[id];
  if (provider === undefined) throw new TypeError(`Cannot test: there is no ${id}`);
  return provider;
}

test.each(table)("%s: %s verifies and is described", async (_id, _what, one) => {
  const provider = providerOf(one);
  const unsigned = requestOf(one);
  const options = { secret: KEY, now: NOW };
  const request = one.isSigned ? unsigned : sign(provider.recipe, unsigned, options);
  const seen = incoming(request, NOW);
  const secrets = [{ id: "1", value: KEY }];
  expect(await verify(provider.recipe, seen, { secrets })).toMatchObject({ ok: true });
  const { type, providerEventId = "" } = one;
  const described = describeEvent(provider, seen);
  expect(described).toMatchObject({ providerType: type, providerEventId, readable: true });
});

test.each(["token", "timestamp", "signature"])(
  "mailgun refuses a form whose %s is changed, missing, repeated or a file",
  async (name) => {
    const fields = mailgun({ event: "delivered" });
    const others = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
    const bodies: [string, string][] = [
      [FORM, form({ ...fields, [name]: `${fields[name]}1` })],
      [FORM, form(others)],
      [FORM, `${form(fields)}&${name}=${fields[name]}`],
      [MULTIPART, multipart(others, FILE.replace("attachment-1", name))],
      [MULTIPART, multipart(fields, FILE.replace("attachment-1", name))],
    ];
    for (const [contentType, body] of bodies) {
      const headers = { "content-type": contentType };
      const request = { method: "POST", url: URL_TEXT, headers, body: Buffer.from(body) };
      const options = { secrets: [{ id: "1", value: KEY }] };
      const verdict = await verify(
        PROVIDERS["mailgun"]?.recipe ?? ({} as never),
        incoming(request, NOW),
        options,
      );
      expect([body, verdict.ok]).toEqual([body, false]);
    }
  },
);

test("sendgrid's Inbound Parse has the type inbound", () => {
  const body = multipart(
    { headers: "Received: by mx", envelope: '{"to":["a@example.com"]}' },
    FILE,
  );
  const request = requestOf({ id: "", what: "", type: "", contentType: MULTIPART, body });
  const seen = incoming(request, NOW);
  expect(describeEvent(PROVIDERS["sendgrid"] as Provider, seen)).toMatchObject({
    type: "inbound",
    readable: true,
  });
});
