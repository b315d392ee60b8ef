import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { hasColour } from "./cli.ts";
import { callHookgate } from "./suite/call_hookgate.ts";

const terminal = Object.assign(new Writable(), { isTTY: true });
const pipe = new Writable();

test.each([
  ["a terminal", terminal, {}, true],
  ["a pipe", pipe, {}, false],
  ["NO_COLOR", terminal, { NO_COLOR: "1" }, false],
  ["NO_COLOR set to nothing", terminal, { NO_COLOR: "" }, true],
  ["a terminal that has none", terminal, { TERM: "dumb" }, false],
])("hasColour() of %s", (_, output, env, colour) => {
  expect(hasColour(output, env)).toBe(colour);
});

test("an error is red on a terminal only, and says in one line what to do", async () => {
  const away = { DISPATCHER_ADDRESS: "127.0.0.1:1", NO_COLOR: "" };
  const shown = await callHookgate(["events"], away, { columns: 200 });
  expect(shown.err.startsWith("\x1b[31mCannot ")).toBe(true);
  expect(shown.err.endsWith("\x1b[0m\n")).toBe(true);
  const plain = await callHookgate(["events"], away);
  expect(plain.err).toMatch(/^Cannot .*\n$/);
  expect(plain.err).not.toContain("\x1b");
  expect(plain.out).toBe("");
});

test("a command that is misused says where to read on", async () => {
  const { code, err } = await callHookgate(["event"], {});
  expect([code, err]).toEqual([
    2,
    "error: missing required argument 'id'; npx hookgate help <command> shows what it takes\n",
  ]);
});

test.each(["failures", "quarantine", "subscriptions", "notify"])(
  "a word that is no command of %s is said to be none",
  async (group) => {
    const { code, err } = await callHookgate([group, "flr_0\u001b"], {});
    const problem = `error: ${group} has no command 'flr_0\\u001b'`;
    expect([code, err]).toEqual([
      2,
      `${problem}; npx hookgate help ${group} lists what there is\n`,
    ]);
  },
);
