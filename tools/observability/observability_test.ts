import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { prepareApps } from "../processes/apps.ts";
import type { ChildProgram } from "../processes/child_program.ts";

const RULES = join(import.meta.dirname, "alerts.yaml");
const rules = readFileSync(RULES, "utf8");
const dashboard = JSON.parse(readFileSync(join(import.meta.dirname, "dashboard.json"), "utf8"));

/** Metrics of Prometheus itself. */
const OWN = new Set(["up"]);

const NAME = /\b(?:hookgate|process|nodejs)_[a-z0-9_]+\b/g;

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
const running: ChildProgram[] = [];
/** Every name that the apps export, with those of a histogram's parts. */
const exported = new Set<string>();

beforeAll(async () => {
  folder = await temporaryDirectory();
  const config =
    "{ sources: { academy: { provider: 'generic', secrets: [process.env.WEBHOOK_SECRET] } } }";
  const env = { WEBHOOK_SECRET: "v3ry-l0ng-4nd-r4nd0m-t3st-s3cr3t-0f-th1s-t3st" };
  const apps = await prepareApps(folder.path, { config, env });
  for (const name of ["dispatcher", "edge"] as const) running.push(await apps.start(name));
  for (const port of [apps.env["EDGE_OPS_PORT"], apps.env["DISPATCHER_OPS_PORT"]]) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, name = "", type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      exported.add(name);
      const parts = type === "histogram" ? ["_bucket", "_sum", "_count"] : [];
      for (const part of parts) exported.add(`${name}${part}`);
    }
  }
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((program) => program.stop()));
  await folder[Symbol.asyncDispose]();
});

/** Names in expressions that nothing exports. */
function unknownIn(expressions: readonly string[]): string[] {
  const names = expressions.flatMap((one) => one.match(NAME) ?? []);
  expect(names.length).toBeGreaterThan(0);
  return names.filter((name) => !exported.has(name) && !OWN.has(name));
}

test("every alert uses names that the apps export, and says what to do", () => {
  const expressions = [...rules.matchAll(/^ +expr: (".*")$/gm)].map(([, text = ""]) =>
    String(JSON.parse(text)),
  );
  expect(unknownIn(expressions)).toEqual([]);
  const alerts = rules.match(/- alert: /g) ?? [];
  expect(expressions).toHaveLength(alerts.length);
  expect(rules.match(/what_to_do: "[A-Z][^"]{20,}"/g)).toHaveLength(alerts.length);
});

test("every panel of the dashboard uses names that the apps export", () => {
  const panels: { targets: { expr: string }[] }[] = dashboard.panels;
  expect(unknownIn(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)))).toEqual([]);
});

test("the check finds a name that nothing exports", () => {
  expect(unknownIn(["rate(hookgate_requests_totals[5m])"])).toEqual(["hookgate_requests_totals"]);
});

const promtool = process.env["PATH"]?.split(":").some((one) => {
  try {
    execFileSync(join(one, "promtool"), ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

(promtool ? test : test.skip)("promtool accepts the alerts", () => {
  execFileSync("promtool", ["check", "rules", RULES], { stdio: "pipe" });
});
