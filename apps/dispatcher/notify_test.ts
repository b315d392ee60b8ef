import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipient } from "@hookgate/config";
import { makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import { NOTICE_KINDS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { MailServer } from "./notify/suite/mail_server.ts";
import { answer, EndpointServer } from "./suite/endpoint_server.ts";
import { RunningDispatcher } from "./suite/running_dispatcher.ts";
import { sampleSubscription } from "./suite/sample_claimed.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Looks are 15 s apart, and a busy machine is late. */
const TOLD_MS_MAX = 60_000;

test("a dead delivery and its cause are told in an endpoint, in Slack and by mail, once, also after a restart", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "fails.mjs");
  await writeFile(path, `export function handle() { throw new Error("no <!channel> & co"); }\n`);
  await using endpoint = await EndpointServer.start(answer(200));
  await using slack = await EndpointServer.start(answer(200, { body: "ok" }));
  await using mail = await MailServer.start();
  const secrets = [{ id: "1", value: SECRET, state: "active", until: null }] as const;
  const smtp = { host: "127.0.0.1", port: mail.port, tls: "none", login: null } as const;
  const targets: Record<string, Recipient["target"]> = {
    oncall: { kind: "endpoint", url: endpoint.url(), secrets, headers: [] },
    team: { kind: "slack", url: slack.url() },
    ops: { kind: "email", to: ["ops@example.com"], from: "hookgate@example.com", smtp },
    away: { kind: "slack", url: "http://127.0.0.1:1/" },
  };
  const recipients = Object.entries(targets).map(([name, target]) => ({
    ...{ name, target, about: NOTICE_KINDS },
  }));
  const retry = { name: "none", delaysMs: [], jitter: 0 };
  const subscriptions = [
    sampleSubscription({ name: "crm", target: { kind: "handler", path }, retry }),
  ];
  const notify = { consoleUrl: "https://console.example.com", recipients };
  {
    await using running = await RunningDispatcher.start(folder.path, { subscriptions, notify });
    const event = makeEvent();
    await running.capture(event);
    const [dead] = await running.waitForState(event.id, "DEAD");
    const isTold = () => endpoint.seen.length + slack.seen.length + mail.seen.length >= 3;
    await waitFor(isTold, { what: "three messages", timeoutMs: TOLD_MS_MAX });
    const [{ headers, body } = { headers: {}, body: "" }] = endpoint.seen;
    const verified = new Webhook(SECRET).verify(body, headers);
    expect(verified).toMatchObject({
      data: {
        matters: [
          { kind: "dead", subject: "crm", next: "npx hookgate dead --subscription crm" },
          {
            kind: "failure",
            subject: dead?.failure,
            next: `npx hookgate failures show ${dead?.failure}`,
            link: `https://console.example.com/failures/${dead?.failure}`,
          },
        ],
      },
    });
    expect(String(slack.seen[0]?.body)).toContain("no <!channel> & co");
    expect(JSON.parse(String(slack.seen[0]?.body)).text).not.toContain("<!");
    expect(mail.seen).toMatchObject([{ from: "hookgate@example.com", to: ["ops@example.com"] }]);

    const { admin } = running.client;
    const isFailing = async () => {
      const { recipients: seen } = await admin.listNotices({});
      return seen.find(({ name, failures }) => name === "away" && failures > 0);
    };
    const away = await waitFor(isFailing, { what: "the one that is away to be known" });
    expect(away).toMatchObject({
      kind: "slack",
      untold: 2,
      error: expect.stringContaining("refused"),
    });
    const { notices } = await admin.listNotices({});
    expect(notices.map(({ kind, untold }) => [kind, untold])).toEqual(
      expect.arrayContaining([
        ["dead", ["away"]],
        ["failure", ["away"]],
      ]),
    );
    const { faults } = await admin.getHealth({});
    expect(faults).toMatchObject([
      { whose: "handler", name: "crm" },
      { whose: "recipient", name: "away" },
    ]);

    const { results } = await admin.sendTestNotice({ recipient: "" });
    expect(results.map(({ recipient, ok }) => [recipient, ok])).toEqual([
      ["oncall", true],
      ["team", true],
      ["ops", true],
      ["away", false],
    ]);
    expect(JSON.parse(String(endpoint.seen.at(-1)?.body)).type).toBe("hookgate.test");
  }
  const counts = () => [endpoint.seen.length, slack.seen.length, mail.seen.length];
  expect(counts()).toEqual([2, 2, 2]);
  {
    await using running = await RunningDispatcher.start(folder.path, { subscriptions, notify });
    const { admin } = running.client;
    await admin.pauseSubscription({ name: "crm", reason: "it is moved" });
    const isKnown = async () => {
      const found = await admin.listNotices({});
      return found.notices.some(({ kind }) => kind === "pause");
    };
    await waitFor(isKnown, { what: "the pause to be noticed", timeoutMs: TOLD_MS_MAX });
    // It has to wait its turn, and nothing else is told again.
    expect(counts()).toEqual([2, 2, 2]);
  }
}, 240_000);
