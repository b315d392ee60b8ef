import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";

const CONFIG = `export default {
  sources: {
    academy: { provider: "generic", secrets: [{ id: "a", value: "hidden secret of the source" }] },
  },
  subscriptions: {
    crm: {
      events: ["*"],
      endpoint: "https://crm.example/hooks?key=hidden-key",
      secret: "hidden secret of the endpoint",
      headers: { authorization: "Bearer hidden-token" },
    },
  },
  notify: {
    to: {
      team: { slack: "https://hooks.slack.example/hidden-path" },
      ops: {
        email: "ops@example.com",
        from: "hookgate@example.com",
        smtp: { host: "smtp.example.com", user: "hookgate", password: "hidden password" },
      },
      oncall: { endpoint: "https://a.example/?key=hidden-key", secret: "hidden secret of the pager" },
    },
  },
};
`;

async function call(args: readonly string[], config: string, env: Record<string, string> = {}) {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "hookgate.config.ts");
  await writeFile(path, config);
  return await callHookgate(args, {
    HOOKGATE_CONFIG: path,
    DATA_DIR: join(folder.path, "data"),
    ...env,
  });
}

test("hookgate config check says that a configuration is valid, and what is in it", async () => {
  const { code, out } = await call(["config", "check"], CONFIG);
  expect(out).toMatch(/hookgate\.config\.ts is valid: 1 source, 1 subscription\n$/);
  expect(code).toBe(0);
});

test("hookgate config check warns of what a start warns of", async () => {
  const weak = CONFIG.replace("hidden secret of the source", "changeme");
  const warning = "sources.academy: secret a is a well-known example, so it can be guessed";
  const { code, err } = await call(["config", "check"], weak);
  expect([code, err]).toEqual([0, expect.stringContaining(`Warning: ${warning}`)]);
  const { out } = await call(["config", "check", "--json"], weak);
  expect(JSON.parse(out)).toMatchObject({ warnings: [expect.stringContaining(warning)] });
});

test("hookgate config check lists what is wrong", async () => {
  const wrong = CONFIG.replace("events:", "event:");
  const { code, err } = await call(["config", "check"], wrong);
  expect(code).toBe(2);
  expect(err).toMatch(/subscriptions\.crm/);
});

test.each([
  ["RPC_TOKENS_FILE", "{", "Cannot use the tokens of RPC_TOKENS_FILE"],
  ["RPC_TLS_CA", "no certificate", "Cannot use RPC_TLS_CA"],
  ["DATA_KEY_FILE", "no key", "Cannot read the key of protected data"],
])(
  "hookgate config check looks into the file of %s, as a start does",
  async (variable, text, problem) => {
    await using folder = await temporaryDirectory();
    const file = join(folder.path, "file");
    await writeFile(file, text);
    const { code, err } = await call(["config", "check"], CONFIG, { [variable]: file });
    expect([code, err]).toEqual([2, expect.stringContaining(problem)]);
  },
);

test("hookgate config print shows everything but secrets", async () => {
  const { code, out } = await call(["config", "print"], CONFIG);
  expect(code).toBe(0);
  expect(out).not.toContain("hidden");
  expect(JSON.parse(out)).toMatchObject({
    sources: [{ name: "academy", secrets: [{ id: "a", value: "…", state: "active" }] }],
    subscriptions: [{ name: "crm", target: { headers: [{ name: "authorization", value: "…" }] } }],
    notify: {
      recipients: [
        { target: { url: "…" } },
        { target: { smtp: { login: { password: "…" } } } },
        {},
      ],
    },
  });
});
