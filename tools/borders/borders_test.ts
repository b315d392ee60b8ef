import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { APPS, cruise, cruiseFiles, LIBS, ROOT } from "./cruise.ts";

/** Who may import whom, of ours: the table of the design. A test may also import testing. */
const TABLE: Record<string, string[]> = {
  "apps/edge": [
    "config",
    "receive",
    "providers",
    "signature",
    "outbound",
    "rpc",
    "telemetry",
    "async",
    "types",
  ],
  "apps/dispatcher": [
    "config",
    "receive",
    "backoff",
    "providers",
    "signature",
    "outbound",
    "rpc",
    "telemetry",
    "async",
    "files",
    "types",
  ],
  "apps/console": ["config", "rpc", "telemetry", "async", "types"],
  "apps/cli": [
    "client",
    "config",
    "receive",
    "providers",
    "signature",
    "outbound",
    "rpc",
    "telemetry",
    "async",
    "files",
    "types",
  ],
  "libs/client": ["rpc", "backoff", "async", "types"],
  "libs/receive": ["config", "providers", "signature", "types"],
  "libs/config": ["providers", "backoff", "files", "types"],
  "libs/providers": ["signature", "types"],
  "libs/outbound": ["async", "types"],
  "libs/telemetry": ["async", "types"],
  "libs/rpc": ["async", "types"],
  "libs/types": [],
  "libs/async": [],
  "libs/signature": ["types"],
  "libs/backoff": [],
  "libs/files": [],
};

/** What may be imported as a type only. */
const TYPES_ONLY: Record<string, string[]> = { "libs/receive": ["config"] };

/** Each broken rule as `rule: file`, in order. */
function broken(files: Record<string, string>): string[] {
  return cruiseFiles(files)
    .violations.map(({ rule, from }) => `${rule}: ${from}`)
    .toSorted();
}

test("every import that the table allows passes, and every other one breaks a rule", () => {
  const files: Record<string, string> = {};
  const forbidden: string[] = [];
  for (const [project, allowed] of Object.entries(TABLE)) {
    for (const other of [...APPS, ...LIBS]) {
      if (project.endsWith(`/${other}`)) continue;
      const path = `${project}/wants_${other}.ts`;
      const typesOnly = TYPES_ONLY[project]?.includes(other) === true;
      files[path] = typesOnly
        ? `import type { It } from "@hookgate/${other}";\nexport type Mine = It;\n`
        : `import { it } from "@hookgate/${other}";\nexport const mine = it;\n`;
      if (!allowed.includes(other)) forbidden.push(path);
      const testPath = `${project}/wants_${other}_test.ts`;
      files[testPath] = files[path];
      if (!allowed.includes(other) && other !== "testing") forbidden.push(testPath);
    }
  }
  const caught = cruiseFiles(files).violations.map(({ from }) => from);
  expect([...new Set(caught)].toSorted()).toEqual(forbidden.toSorted());
});

/** One planted import each: the rule that must bite, the file, and its text. */
const PLANTS: [rule: string, path: string, source: string][] = [
  // Each way to write an import.
  ["apps-edge", "apps/edge/static.ts", `import "@hookgate/dispatcher";`],
  ["apps-edge", "apps/edge/dynamic.ts", `export const it = import("@hookgate/dispatcher");`],
  [
    "apps-edge",
    "apps/edge/type.ts",
    `import type { It } from "@hookgate/dispatcher";\nexport type Mine = It;`,
  ],
  [
    "apps-edge",
    "apps/edge/type_name.ts",
    `import { type It } from "@hookgate/dispatcher";\nexport type Mine = It;`,
  ],
  ["apps-edge", "apps/edge/export.ts", `export * from "@hookgate/dispatcher";`],
  ["apps-edge", "apps/edge/export_type.ts", `export type { It } from "@hookgate/dispatcher";`],
  ["apps-edge", "apps/edge/namespace.ts", `export * as it from "@hookgate/dispatcher";`],
  ["apps-edge", "apps/edge/deep/down/folder.ts", `import "@hookgate/dispatcher";`],
  [
    "apps-edge",
    "apps/edge/using.ts",
    `export async function f() {\n  await using it = await import("@hookgate/dispatcher");\n}`,
  ],
  ["libs-testing", "libs/testing/app.ts", `import "@hookgate/edge";`],
  ["handlers", "apps/dispatcher/handlers/rpc.ts", `import "@hookgate/rpc";`],
  ["handlers", "apps/dispatcher/handlers/inward.ts", `import "../main.ts";`],
  ["configuration", "hookgate.config.ts", `import "@hookgate/dispatcher";`],
  ["testing-in-tests-only", "apps/edge/testing.ts", `import "@hookgate/testing";`],
  ["tools-by-nobody", "apps/cli/tools.ts", `import "../../tools/bench/any.ts";`],
  // The rooms of the dispatcher.
  ["dispatcher-ingest", "apps/dispatcher/ingest/loop.ts", `import "../delivery/lane.ts";`],
  ["dispatcher-ingest", "apps/dispatcher/ingest/rows.ts", `import "../store/store.ts";`],
  [
    "dispatcher-delivery",
    "apps/dispatcher/delivery/captures.ts",
    `import "../ingest/store_events.ts";`,
  ],
  [
    "dispatcher-delivery",
    "apps/dispatcher/delivery/post.ts",
    `import "../targets/endpoint/post.ts";`,
  ],
  ["dispatcher-targets", "apps/dispatcher/targets/stream/post.ts", `import "../endpoint/post.ts";`],
  [
    "dispatcher-targets",
    "apps/dispatcher/targets/stream/lane.ts",
    `import "../../delivery/lane.ts";`,
  ],
  [
    "dispatcher-subscriptions",
    "apps/dispatcher/subscriptions/ingest.ts",
    `import "../ingest/store_events.ts";`,
  ],
  ["dispatcher-alone", "apps/dispatcher/headers/lane.ts", `import "../delivery/lane.ts";`],
  ["dispatcher-operators", "apps/dispatcher/admin/lane.ts", `import "../delivery/lane.ts";`],
  // One owner per package.
  ["owner-koa", "apps/dispatcher/koa.ts", `import "koa";`],
  ["owner-koa", "apps/cli/router.ts", `import "koa-router";`],
  ["owner-koa-ratelimit", "apps/console/limit.ts", `import "koa-ratelimit";`],
  [
    "owner-grpc",
    "apps/dispatcher/grpc.ts",
    `import type { Server } from "@grpc/grpc-js";\nexport type S = Server;`,
  ],
  ["owner-grpc", "apps/dispatcher/reflection.ts", `import "@grpc/reflection";`],
  ["owner-grpc", "apps/edge/health.ts", `import "grpc-health-check";`],
  ["owner-agenda", "apps/dispatcher/delivery/agenda.ts", `import "agenda";`],
  ["owner-agenda", "apps/dispatcher/store/agenda.ts", `import "@agendajs/mongo-backend";`],
  ["owner-opentelemetry", "libs/telemetry/create_log.ts", `import "@opentelemetry/api";`],
  ["owner-mongodb", "apps/dispatcher/delivery/mongodb.ts", `import "mongodb";`],
  ["owner-mongodb", "libs/config/mongodb.ts", `import "mongodb";`],
  ["owner-sqlite", "apps/dispatcher/admin/sqlite.ts", `import "node:sqlite";`],
  ["owner-pino", "apps/edge/pino.ts", `import "pino";`],
  ["owner-commander", "apps/edge/commander.ts", `import "commander";`],
  [
    "owner-process",
    "apps/edge/process.ts",
    `import { env } from "node:process";\nexport const mine = env;`,
  ],
  // What has no side effects cannot reach for any.
  ["pure-signature", "libs/signature/fs.ts", `import "node:fs";`],
  ["pure-receive", "libs/receive/http.ts", `import "node:http";`],
  ["pure", "libs/backoff/http.ts", `import "node:http";`],
  ["pure", "libs/types/zod.ts", `import "zod";`],
  // How an import is written.
  ["resolvable", "apps/edge/nowhere.ts", `import "./gone.ts";`],
  ["resolvable", "apps/edge/inside.ts", `import "@hookgate/types/it.ts";`],
  ["declared", "apps/edge/undeclared.ts", `import "undeclared";`],
  ["no-circle", "apps/edge/circle.ts", `import "./elcric.ts";`],
  ["no-circle", "apps/edge/type_back.ts", `import "./type_of.ts";\nexport type It = 1;`],
  ["across-by-name", "apps/edge/path.ts", `import "../../libs/types/mod.ts";`],
  ["across-by-name", "libs/rpc/path.ts", `import "../types/mod.ts";`],
  ["inside-by-file", "libs/types/own_mod.ts", `import "./mod.ts";`],
  ["inside-by-file", "libs/types/own_mod_test.ts", `import "./mod.ts";`],
  ["private-file", "apps/dispatcher/delivery/private.ts", `import "../store/_rows.ts";`],
  ["private-file", "apps/dispatcher/main_too.ts", `import "./store/_rows.ts";`],
];

/** Files that planted ones lean on; in order, all of them. */
const SOUND: Record<string, string> = {
  "apps/edge/elcric.ts": `export const it = 1;`,
  "apps/edge/koa.ts": `import "koa";\nimport "koa-router";`,
  "apps/edge/limit_rate.ts": `import "koa-ratelimit";\nimport "./koa.ts";`,
  "apps/edge/limit_rate_test.ts": `import "koa-ratelimit";\nimport "./limit_rate.ts";`,
  "apps/console/koa.ts": `import "koa";`,
  "apps/cli/program.ts": `import "commander";\nimport "node:process";`,
  "apps/dispatcher/schedule/agenda.ts": `import "agenda";\nimport "@agendajs/mongo-backend";\nimport "mongodb";`,
  "apps/dispatcher/store/_rows.ts": `export const it = 1;`,
  "apps/dispatcher/store/store.ts": `import "./_rows.ts";\nimport "node:sqlite";\nimport "mongodb";`,
  "apps/dispatcher/delivery/lane.ts": `import "../store/contract/roles.ts";\nimport "../targets/target.ts";`,
  "apps/dispatcher/delivery/lane_test.ts": `import "../store/store.ts";\nimport "../ingest/store_events.ts";`,
  "apps/dispatcher/ingest/store_events.ts": `import "../store/contract/roles.ts";\nimport "../subscriptions/match.ts";`,
  "apps/dispatcher/subscriptions/match.ts": `import "../store/contract/roles.ts";`,
  "apps/dispatcher/targets/target.ts": `import "../store/contract/roles.ts";`,
  "apps/dispatcher/targets/endpoint/post.ts": `import "../target.ts";\nimport "../../headers/leaving.ts";`,
  "apps/dispatcher/headers/leaving.ts": `export const it = 1;`,
  "apps/dispatcher/replay/step.ts": `import "../ingest/store_events.ts";\nimport "../store/contract/roles.ts";`,
  "apps/dispatcher/store/contract/roles.ts": `export const it = 1;`,
  "apps/dispatcher/handlers/handler.ts": `import type { It } from "@hookgate/types";\nimport "zod";\nexport type I = It;`,
  "libs/rpc/server.ts": `import "@grpc/grpc-js";\nimport "@grpc/reflection";\nimport "grpc-health-check";`,
  "libs/signature/mac.ts": `import "node:crypto";`,
  "libs/telemetry/log.ts": `import "pino";`,
  "libs/types/id_test.ts": `import "node:fs";\nimport "undeclared";`,
  "tools/bench/any.ts": `import "../../apps/dispatcher/store/store.ts";\nimport "@hookgate/testing";\nimport "node:sqlite";`,
};

test("a tree in order breaks no rule", () => {
  const config = `import { it } from "@hookgate/config";\nexport default it;`;
  expect(broken({ ...SOUND, "hookgate.config.ts": config })).toEqual([]);
});

test("each planted import breaks the rule that is meant for it", () => {
  const files = Object.fromEntries(PLANTS.map(([, path, source]) => [path, source]));
  const closing = {
    "apps/edge/elcric.ts": `import "./circle.ts";`,
    "apps/edge/type_of.ts": `import type { It } from "./type_back.ts";\nexport type Mine = It;`,
  };
  const found = broken({ ...SOUND, ...files, ...closing });
  expect(found).toEqual(expect.arrayContaining(PLANTS.map(([rule, path]) => `${rule}: ${path}`)));
  // And nothing but what was planted is accused; a package is, of having two owners.
  const accused = found.map((line) => line.split(": ")[1] ?? "");
  const planted = new Set([...Object.keys(closing), ...Object.keys(files)]);
  const innocent = accused.filter((path) => !planted.has(path));
  expect(innocent.filter((path) => !path.startsWith("node_modules/"))).toEqual([]);
});

test("koa-ratelimit in a second file of the edge breaks a rule", () => {
  const second = { "apps/edge/limit_more.ts": `import "koa-ratelimit";` };
  expect(broken({ ...SOUND, ...second })).toEqual([
    "owner-koa-ratelimit-one-file: node_modules/koa-ratelimit/index.js",
  ]);
});

test("libs/receive sees the types of config only", () => {
  const folder = join(ROOT, "libs/receive");
  const files = readdirSync(folder).filter((name) => /(?<!_test)\.ts$/.test(name));
  const imports = files.flatMap((name) => {
    const source = readFileSync(join(folder, name), "utf8");
    return source.match(/^(?:import|export)\b[^;]*"@hookgate\/config"/gm) ?? [];
  });
  expect(imports.filter((statement) => !/^(?:import|export) type /.test(statement))).toEqual([]);
});

test("every project declares the projects it imports, so that the graph of nx is the true one", () => {
  const project = (path: string) => /^(?:(?:apps|libs)\/([^/]+)|(tools))\//.exec(path);
  const undeclared = new Set<string>();
  for (const { source, dependencies } of cruise(ROOT).modules) {
    const from = project(source);
    if (from === null) continue;
    const manifest = JSON.parse(readFileSync(join(ROOT, from[0], "package.json"), "utf8"));
    const declared = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const { resolved } of dependencies) {
      const name = project(resolved)?.[1];
      if (name === undefined || name === from[1]) continue;
      if (declared[`@hookgate/${name}`] === undefined) undeclared.add(`${from[0]} → ${name}`);
    }
  }
  expect([...undeclared]).toEqual([]);
});
