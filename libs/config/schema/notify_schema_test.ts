import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { checkConfig } from "./check_config.ts";

const NOW = Date.parse("2026-10-15T12:00:00Z");
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SLACK = "https://hooks.slack.com/services/T0/B0/hunter2";
const SOURCES = { academy: { provider: "generic", secrets: ["s3cret-of-the-academy"] } };

let folder: TemporaryDirectory;
beforeAll(async () => {
  folder = await temporaryDirectory();
  writeFileSync(join(folder.path, "slack"), `${SLACK}\n`);
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

function check(notify: unknown, rest: object = {}) {
  return checkConfig({ sources: SOURCES, notify, ...rest }, { dir: folder.path, now: NOW });
}

const mail = {
  email: "ops@example.com",
  from: "hookgate@example.com",
  smtp: { host: "SMTP.example.com" },
};

test("checkConfig() reads recipients of every kind", () => {
  const smtp = { host: "smtp.example.com", tls: "tls", user: "hookgate", password: "p4ss phrase" };
  const { config } = check({
    consoleUrl: "https://hookgate.example.com/",
    to: {
      oncall: { endpoint: "https://a.example.com", secret: SECRET, about: ["disk"] },
      team: { slack: { file: "slack" } },
      ops: mail,
      all: { ...mail, email: ["a@example.com", "b@example.com"], smtp },
    },
  });
  expect(config?.notify.consoleUrl).toBe("https://hookgate.example.com");
  const secrets = [{ id: "1", value: SECRET, state: "active", until: null }];
  expect(config?.notify.recipients).toMatchObject([
    {
      name: "oncall",
      about: ["disk"],
      target: { kind: "endpoint", url: "https://a.example.com/", secrets, headers: [] },
    },
    { name: "team", target: { kind: "slack", url: SLACK } },
    {
      name: "ops",
      about: expect.arrayContaining(["dead", "secret"]),
      target: {
        kind: "email",
        to: ["ops@example.com"],
        smtp: { host: "smtp.example.com", port: 587, tls: "starttls", login: null },
      },
    },
    {
      name: "all",
      target: {
        to: ["a@example.com", "b@example.com"],
        smtp: { port: 465, login: { user: "hookgate", password: "p4ss phrase" } },
      },
    },
  ]);
});

const ONE = "it needs exactly one of endpoint, slack and email";

test.each<[string, object, string[]]>([
  ["that reaches nobody", {}, [` reaches nobody: ${ONE}`]],
  ["of two kinds", { ...mail, slack: SLACK }, [` has slack and email: ${ONE}`]],
  [
    "without a secret",
    { endpoint: "https://a.example.com" },
    [".secret is missing: deliveries to an endpoint are signed with it"],
  ],
  [
    "whose variable is not set",
    { slack: undefined },
    [".slack is empty: set the environment variable it reads"],
  ],
  [
    "that is no URL",
    { slack: "hunter2" },
    [".slack must be an absolute http or https URL, such as https://crm.example.com/hooks"],
  ],
  [
    "without a server",
    { email: "a@example.com" },
    [".from is missing: email needs it", ".smtp is missing: email needs it"],
  ],
  [
    "with a name beside its address",
    { ...mail, email: ["Ana <a@example.com>"] },
    [".email[0] must be a mail address without a name, such as ops@example.com"],
  ],
  [
    "with a header in its address",
    { ...mail, from: "a@example.com\r\nBcc: b@example.com" },
    [".from must be a mail address without a name, such as ops@example.com"],
  ],
  [
    "with a URL for a host",
    { ...mail, smtp: { host: "smtp://a.example.com" } },
    [".smtp.host must be an exact host name or an address, such as smtp.example.com"],
  ],
  [
    "that would show its password",
    { ...mail, smtp: { host: "a.example.com", tls: "none", user: "a", password: "hunter2" } },
    [".smtp.tls would send the password for anyone to read: use starttls or tls"],
  ],
  [
    "with a user alone",
    { ...mail, smtp: { host: "a.example.com", user: "a" } },
    [".smtp.password is missing: user has one"],
  ],
  [
    "with another's keys",
    { slack: SLACK, from: "a@example.com" },
    [".from is only for email: leave it out"],
  ],
  ["about nothing", { slack: SLACK, about: [] }, [".about is empty"]],
])("checkConfig() refuses a recipient %s, and shows no secret", (_, recipient, problems) => {
  const checked = check({ to: { one: recipient } });
  const found = checked.config === null ? checked.problems : [];
  expect(found).toEqual(problems.map((problem) => `notify.to.one${problem}`));
  expect(found.join()).not.toContain("hunter2");
});

test("checkConfig() warns of hosts that nothing is sent to, and of what anybody can read", () => {
  const local = { ...mail, smtp: { host: "127.0.0.1", tls: "none" } };
  const open = { ...mail, smtp: { host: "smtp.example.com", tls: "none" } };
  const plain = { endpoint: "http://a.example.com", secret: SECRET };
  const to = { local, open, plain };
  const checked = check({ to });
  expect(checked.config === null ? checked.problems : checked.warnings).toEqual([
    "notify.to.local: its mail server is the private host 127.0.0.1, so nothing is sent to it: add the host to privateHosts to allow it",
    "notify.to.open: its mail is sent without TLS: anyone on the network path can read it",
    "notify.to.plain: its endpoint uses plain http: anyone on the network path can read the deliveries",
  ]);
  const allowed = check({ to: { local } }, { privateHosts: ["127.0.0.1"] });
  expect(allowed).toMatchObject({ warnings: [] });
});
