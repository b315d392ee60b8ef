import { stripVTControlCharacters } from "node:util";
import { expect, test } from "@jest/globals";
import { createLog, type Log } from "./create_log.ts";
import { logText } from "./log_text.ts";

/** What a terminal gets of what `write` logs. */
function shown(write: (log: Log) => void, { colour = false } = {}): string {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(logText(line, { colour })) };
  write(createLog({ name: "edge", level: "trace", destination }));
  return lines.join("");
}

test("logText() has the time of day, level, process, message and fields in a line", () => {
  const text = shown((log) => {
    log.info(
      { port: 8080, path: "/api/x", words: "a b", tags: ["a", null], none: "" },
      "listening",
    );
    log.warn("plain");
  });
  const time = /^\d\d:\d\d:\d\d\.\d{3} /gm;
  expect(text.match(time)).toHaveLength(2);
  expect(text.replaceAll(time, "")).toBe(
    'info  edge  listening  port=8080 path=/api/x words="a b" tags=["a",null] none=""\n' +
      "warn  edge  plain\n",
  );
});

test("logText() shows an error by its stack, its fields and its cause, indented", () => {
  const cause = Object.assign(new RangeError("inner"), { code: "ERANGE" });
  const text = shown((log) =>
    log.error({ err: new TypeError("outer", { cause }), n: 1 }, "failed"),
  );
  const [line, ...rest] = text.trimEnd().split("\n");
  expect(line).toMatch(/ error edge {2}failed {2}n=1$/);
  expect(rest[0]).toBe("    TypeError: outer");
  expect(rest[1]).toMatch(/^ {8}at /);
  expect(rest).toContain("    caused by");
  expect(rest).toContain("        RangeError: inner");
  expect(rest.at(-1)).toBe("        code=ERANGE");
});

test("logText() shows what is called err and is none", () => {
  expect(shown((log) => log.warn({ err: "refused" }, "x"))).toMatch(/ x {2}err=refused\n$/);
  expect(shown((log) => log.warn({ err: null }, "x"))).toMatch(/ x {2}err=null\n$/);
});

test("logText() is coloured only if it is asked to be, and says the same", () => {
  const head = { level: "error", time: "2026-01-02T03:04:05.678Z", name: "edge" };
  const line = JSON.stringify({ ...head, a: 1, msg: "x" });
  expect(logText(line)).toMatch(/^\d\d:\d\d:05\.678 error/);
  expect(logText(line)).not.toContain("\u001b");
  expect(logText(line, { colour: true })).toContain("\u001b[31merror\u001b[39m");
  expect(stripVTControlCharacters(logText(line, { colour: true }))).toBe(logText(line));
});

const FORGED = '\n00:00:00.000 fatal forged\r\n\u0085\u2028\u001b[2J"\u202e';

test.each<[string, (log: Log) => void]>([
  ["a message", (log) => log.info(FORGED)],
  ["a field", (log) => log.info({ a: FORGED, b: [{ c: FORGED }] }, "x")],
  ["a field's name", (log) => log.info({ [FORGED]: 1, a: { [FORGED]: 1 } }, "x")],
  ["a child's field", (log) => log.child({ [FORGED]: FORGED }).info("x")],
  ["an error", (log) => log.error({ err: Object.assign(new Error(FORGED), { a: FORGED }) }, "x")],
  ["an error's cause", (log) => log.error({ err: new Error("x", { cause: new Error(FORGED) }) })],
])("logText() controls no terminal and forges no line with any text in %s", (_, write) => {
  const lines = shown(write).trimEnd().split("\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}/);
});
