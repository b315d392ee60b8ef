import { expect, test } from "@jest/globals";
import type { WatchReport } from "./handler_message.ts";
import { WatchReports } from "./watch_reports.ts";

const BLOCKED: WatchReport = { kind: "blocked", started: 7, loading: false };
const LINE = `${JSON.stringify(BLOCKED)}\n`;

function reading(): { reports: WatchReports; read: WatchReport[] } {
  const read: WatchReport[] = [];
  return { reports: new WatchReports((report) => read.push(report)), read };
}

test("WatchReports puts lines together however they are cut", () => {
  const { reports, read } = reading();
  for (const one of `${LINE}${LINE}`) reports.push(one);
  reports.push(`${LINE}${LINE}`);
  expect(read).toEqual([BLOCKED, BLOCKED, BLOCKED, BLOCKED]);
});

test("WatchReports refuses what no watchdog writes, before it keeps it", () => {
  const refused = (...texts: string[]) =>
    expect(() => {
      const { reports } = reading();
      for (const text of texts) reports.push(text);
    });
  refused("hello\n").toThrow(SyntaxError);
  refused("x".repeat(1_001)).toThrow("Cannot read reports: there is too much");
  refused("x".repeat(600), "x".repeat(600)).toThrow("Cannot read reports: there is too much");
  refused(LINE.repeat(101)).toThrow("Cannot read reports: there is too much");
});

test("WatchReports reads on after a refill", () => {
  const { reports, read } = reading();
  for (const _ of [1, 2, 3]) {
    reports.push(LINE.repeat(100));
    reports.refill();
  }
  expect(read).toHaveLength(300);
});
