import { expect, test } from "@jest/globals";
import { sendLine } from "./send_line.ts";

const EDGE = "http://127.0.0.1:8080";

test.each([
  ["the defaults", EDGE, ["academy"], {}, "npx hookgate send course.enrolled"],
  [
    "another port",
    "http://127.0.0.1:9000/api/webhooks",
    ["academy"],
    {},
    "npx hookgate send course.enrolled --url http://127.0.0.1:9000",
  ],
  [
    "several sources",
    EDGE,
    ["stripe/eu", "academy"],
    {},
    "npx hookgate send course.enrolled --source stripe/eu",
  ],
  [
    "another configuration",
    EDGE,
    ["academy"],
    { HOOKGATE_CONFIG: "/etc/hook gate/it's.ts", DATA_DIR: "/var/lib/hookgate" },
    "HOOKGATE_CONFIG='/etc/hook gate/it'\\''s.ts' DATA_DIR=/var/lib/hookgate npx hookgate send course.enrolled",
  ],
  ["an empty variable", EDGE, ["academy"], { DATA_DIR: "" }, "npx hookgate send course.enrolled"],
])("sendLine() fits %s", (_, address, sources, env, line) => {
  const types = ["payment.success", "course.enrolled"];
  expect(sendLine(address, { sources, types, env })).toBe(line);
});

test("sendLine() sends what the source sends", () => {
  const line = sendLine(EDGE, { sources: ["github"], types: ["push", "ping"], env: {} });
  expect(line).toBe("npx hookgate send push");
  const unknown = sendLine(EDGE, { sources: [], types: [], env: {} });
  expect(unknown).toBe("npx hookgate send course.enrolled");
});

test("sendLine() never shows the secret", () => {
  const env = { WEBHOOK_SECRET: "whisper", RPC_TOKEN: "whisper" };
  expect(sendLine(EDGE, { sources: ["academy"], types: [], env })).not.toContain("whisper");
});
