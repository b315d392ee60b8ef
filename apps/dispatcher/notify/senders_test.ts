import type { MailServer as MailServerConfig, RecipientTarget } from "@hookgate/config";
import { serverCertificate } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { answer, EndpointServer } from "../suite/endpoint_server.ts";
import type { Line, Message } from "./message.ts";
import { Senders, type SendersOptions } from "./senders.ts";
import { MailServer } from "./suite/mail_server.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const AT = Date.parse("2026-03-04T05:06:07Z");

const LINE: Line = {
  kind: "failure",
  subject: "flr_0123",
  state: "began",
  text: "crm fails: <!channel> & <https://evil.example|click> (3 failed attempts, 1 dead delivery).",
  next: "npx hookgate failures show flr_0123",
  link: "https://console.example.com/failures/flr_0123",
  since: AT - 60_000,
  until: null,
};

function messageOf(part: Partial<Message> = {}): Message {
  const id = `ntf_${"0".repeat(32)}`;
  return { id, title: "Hookgate: crm fails", lines: [LINE], more: 0, at: AT, ...part };
}

const local = () => new Senders({ allowsPrivate: () => true });

function endpointTarget(url: string): RecipientTarget {
  const secrets = [{ id: "1", value: SECRET, state: "active", until: null }] as const;
  const headers = [{ name: "authorization", value: "Bearer abc" }];
  return { kind: "endpoint", url, secrets, headers };
}

function mailTarget(
  port: number,
  part: Partial<MailServerConfig> = {},
  to = ["ops@example.com"],
): RecipientTarget {
  const smtp = { host: "127.0.0.1", port, tls: "none", login: null, ...part } as const;
  return { kind: "email", to, from: "hookgate@example.com", smtp };
}

test("an endpoint gets a message that Standard Webhooks verify, and nobody else's", async () => {
  await using sink = await EndpointServer.start(answer(202, { body: "thanks" }));
  const sent = await local().send(messageOf(), { target: endpointTarget(sink.url()) });
  expect(sent).toEqual({ ok: true, answer: `127.0.0.1:${sink.port} answered 202: thanks` });
  const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = sink.seen;
  expect(headers).toMatchObject({ authorization: "Bearer abc", "webhook-id": messageOf().id });
  const verified = new Webhook(SECRET).verify(body, headers);
  expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow();
  expect(verified).toEqual({
    type: "hookgate.notification",
    timestamp: "2026-03-04T05:06:07Z",
    data: {
      title: "Hookgate: crm fails",
      matters: [
        {
          kind: "failure",
          subject: "flr_0123",
          state: "began",
          text: LINE.text,
          next: LINE.next,
          link: LINE.link,
          since: "2026-03-04T05:05:07Z",
          until: null,
        },
      ],
      more: 0,
    },
  });
});

test("Slack gets texts of events as plain text, where nothing is a mention or a link", async () => {
  await using sink = await EndpointServer.start(answer(200, { body: "ok" }));
  const target = { kind: "slack", url: sink.url() } as const;
  const title = "Hookgate: <!here> & co";
  const sent = await local().send(messageOf({ title, more: 3 }), { target });
  expect(sent.ok).toBe(true);
  const body = JSON.parse(String(sink.seen[0]?.body));
  expect(body.text).toBe("Hookgate: &lt;!here&gt; &amp; co");
  const kinds = body.blocks.map((block: { type: string; text?: { type: string } }) => [
    block.type,
    block.text?.type,
  ]);
  const plain = ["section", "plain_text"];
  expect(kinds).toEqual([plain, plain, ["context", undefined], plain]);
  expect(body.blocks[1].text.text).toContain(LINE.text);
  expect(body.blocks[2].elements).toEqual([
    { type: "mrkdwn", text: "<https://console.example.com/failures/flr_0123|Console>" },
  ]);
  expect(body.blocks[3].text.text).toContain("3 more");
});

test("mail arrives as plain text with one subject, over STARTTLS, after a login", async () => {
  const certificate = serverCertificate();
  const login = { user: "hookgate", password: "a long password" };
  await using sink = await MailServer.start({ certificate, login });
  const target = mailTarget(sink.port, { host: "example", tls: "starttls", login });
  const lookup: SendersOptions["lookup"] = (_name, _options, found) =>
    found(null, [{ address: "127.0.0.1", family: 4 }]);
  const trusting = { allowsPrivate: () => true, lookup, ca: certificate.cert };
  const senders = new Senders(trusting);
  expect(await senders.send(messageOf(), { target })).toMatchObject({ ok: true });
  expect(sink.seen).toMatchObject([{ secure: true, user: "hookgate" }]);
  const wrong = { ...login, password: "another password" };
  const refused = await senders.send(messageOf(), {
    target: mailTarget(sink.port, { host: "example", tls: "starttls", login: wrong }),
  });
  expect(refused).toEqual({ ok: false, answer: expect.stringContaining("wrong user or password") });
  expect(refused.answer).not.toContain("another password");
  const { ca: _, ...wary } = trusting;
  const unknown = await new Senders(wary).send(messageOf(), { target });
  expect(unknown).toEqual({ ok: false, answer: expect.stringContaining("certificate") });
  expect(sink.seen).toHaveLength(1);
});

test("mail arrives over TLS from the first byte", async () => {
  const certificate = serverCertificate();
  await using sink = await MailServer.start({ certificate, secure: true });
  const lookup: SendersOptions["lookup"] = (_name, _options, found) =>
    found(null, [{ address: "127.0.0.1", family: 4 }]);
  const senders = new Senders({ allowsPrivate: () => true, lookup, ca: certificate.cert });
  const target = mailTarget(sink.port, { host: "example", tls: "tls" });
  expect(await senders.send(messageOf(), { target })).toMatchObject({ ok: true });
  expect(sink.seen).toMatchObject([{ secure: true }]);
});

test("mail arrives as it was written, and no text becomes a header", async () => {
  await using sink = await MailServer.start();
  const title = "Hookgate: crm fails Bcc: evil@example.com é";
  const line = { ...LINE, text: "first.\r\n.\r\nMAIL FROM:<evil@example.com>" };
  const sent = await local().send(messageOf({ title, lines: [line] }), {
    target: mailTarget(sink.port, {}, ["ops@example.com", "ana@example.com"]),
  });
  expect(sent).toMatchObject({ ok: true });
  expect(sink.seen).toHaveLength(1);
  const [mail] = sink.seen;
  expect(mail).toMatchObject({
    from: "hookgate@example.com",
    to: ["ops@example.com", "ana@example.com"],
  });
  const [head = ""] = mail?.raw.split("\r\n\r\n") ?? [];
  const names = head
    .split("\r\n")
    .filter((row) => !/^\s/.test(row))
    .map((row) => row.split(":")[0]);
  expect(names.toSorted()).toEqual([
    "Auto-Submitted",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
  ]);
  expect(head).toContain(`Message-ID: <${messageOf().id}@example.com>`);
  expect(mail?.raw).toContain("next: npx hookgate failures show flr_0123");
});

test("a login that is wrong, and addresses that the server refuses, are said in words", async () => {
  await using sink = await MailServer.start({ refused: ["nobody@example.com"] });
  const nobody = mailTarget(sink.port, {}, ["nobody@example.com"]);
  expect(await local().send(messageOf(), { target: nobody })).toEqual({
    ok: false,
    answer: expect.stringContaining("nobody here is nobody@example.com"),
  });
  const some = mailTarget(sink.port, {}, ["ops@example.com", "nobody@example.com"]);
  expect(await local().send(messageOf(), { target: some })).toEqual({
    ok: true,
    answer: expect.stringMatching(/^127\.0\.0\.1 answered 250 .*; it refused nobody@example\.com$/),
  });
});

test("a server without STARTTLS gets no mail, and no password", async () => {
  await using sink = await MailServer.start({ login: { user: "a", password: "b" } });
  const login = { user: "a", password: "b" };
  const target = mailTarget(sink.port, { tls: "starttls", login });
  expect(await local().send(messageOf(), { target })).toMatchObject({ ok: false });
  expect(sink.seen).toEqual([]);
});

test.each<[string, (port: number) => RecipientTarget]>([
  ["an endpoint", (port) => endpointTarget(`http://127.0.0.1:${port}/`)],
  ["an endpoint by name", (port) => endpointTarget(`http://localhost:${port}/`)],
  ["Slack", (port) => ({ kind: "slack", url: `http://127.0.0.1:${port}/` })],
  ["mail", (port) => mailTarget(port)],
  ["mail by name", (port) => mailTarget(port, { host: "localhost" })],
])("%s on a private host that is not allowed gets nothing", async (_, targetOf) => {
  await using sink = await EndpointServer.start(answer(200));
  const senders = new Senders({ allowsPrivate: () => false });
  const sent = await senders.send(messageOf(), { target: targetOf(sink.port) });
  expect(sent).toEqual({ ok: false, answer: expect.stringContaining("is not public") });
  expect(sink.connections).toHaveLength(0);
});

test.each<[string, (port: number) => RecipientTarget]>([
  ["an endpoint", (port) => endpointTarget(`http://127.0.0.1:${port}/`)],
  ["mail", (port) => mailTarget(port)],
])("%s that never answers is given up in time", async (_, targetOf) => {
  await using sink = await EndpointServer.start(() => {});
  const senders = new Senders({ allowsPrivate: () => true, timeoutMs: 300 });
  const sent = await senders.send(messageOf(), { target: targetOf(sink.port) });
  expect(sent).toEqual({ ok: false, answer: "no answer within 300 ms" });
});

test("close() breaks off what is on its way", async () => {
  await using sink = await EndpointServer.start(() => {});
  const senders = local();
  const sending = senders.send(messageOf(), { target: endpointTarget(sink.url()) });
  senders.close();
  expect(await sending).toEqual({ ok: false, answer: "the dispatcher is stopping" });
});
