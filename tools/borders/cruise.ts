import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** A broken rule, and the file that breaks it. */
export interface Violation {
  rule: string;
  from: string;
}

/** What dependency-cruiser found: broken rules, and each file with what it imports. */
export interface Cruise {
  violations: readonly Violation[];
  modules: readonly { source: string; dependencies: readonly { resolved: string }[] }[];
}

/** The root of this repository. */
export const ROOT = resolve(import.meta.dirname, "../..");
const CRUISER = join(ROOT, "node_modules/.bin/depcruise");
const VISIT_USING = new URL("./visit_using.ts", import.meta.url).href;
const CONFIG = join(ROOT, ".dependency-cruiser.json");
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** The projects. */
export const APPS = ["edge", "dispatcher", "console", "cli"];
export const LIBS = [
  ...[
    "types",
    "async",
    "signature",
    "providers",
    "receive",
    "backoff",
    "files",
    "outbound",
    "config",
    "rpc",
  ],
  ...["telemetry", "client", "testing"],
];
const PACKAGES = [
  ...[
    "koa",
    "koa-router",
    "koa-ratelimit",
    "@grpc/grpc-js",
    "@grpc/reflection",
    "grpc-health-check",
  ],
  ...[
    "agenda",
    "@agendajs/mongo-backend",
    "mongodb",
    "pino",
    "@opentelemetry/api",
    "commander",
    "zod",
    "@types/koa",
  ],
];

/** Checks the imports below a folder against the repository's own rules. */
export function cruise(folder: string): Cruise {
  const found = spawnSync(
    process.execPath,
    ["--import", VISIT_USING, CRUISER, "--config", CONFIG, "--output-type", "json", "."],
    { cwd: folder, encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX },
  );
  if (found.error !== undefined) throw found.error;
  if (found.stdout === "") throw new Error(`Cannot check imports: ${found.stderr}`);
  const { modules, summary } = JSON.parse(found.stdout);
  const violations = summary.violations.map(
    (violation: { rule: { name: string }; from: string }) => ({
      rule: violation.rule.name,
      from: violation.from,
    }),
  );
  return { modules, violations };
}

/**
 * Checks these files, by path, in a tree that has all projects of the design and stands-ins of the packages they use.
 */
export function cruiseFiles(files: Readonly<Record<string, string>>): Cruise {
  const folder = mkdtempSync(join(tmpdir(), "hookgate-borders-"));
  try {
    for (const app of APPS) plantProject(folder, `apps/${app}`, "main.ts");
    for (const lib of LIBS) plantProject(folder, `libs/${lib}`, "mod.ts");
    for (const name of PACKAGES) plantPackage(folder, name);
    plantPackage(folder, "undeclared");
    for (const [path, source] of Object.entries(files)) plant(folder, path, source);
    return cruise(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plantProject(folder: string, path: string, entry: string): void {
  const name = `@hookgate/${path.split("/")[1]}`;
  const dependencies = Object.fromEntries(PACKAGES.map((each) => [each, "*"]));
  const manifest = { name, type: "module", exports: `./${entry}`, dependencies };
  plant(folder, `${path}/package.json`, JSON.stringify(manifest));
  plant(folder, `${path}/${entry}`, "export const it = 1;\nexport type It = 1;\n");
  mkdirSync(join(folder, "node_modules/@hookgate"), { recursive: true });
  symlinkSync(join(folder, path), join(folder, "node_modules", name));
}

function plantPackage(folder: string, name: string): void {
  plant(folder, `node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
  plant(folder, `node_modules/${name}/index.js`, "module.exports = 1;\n");
}

function plant(folder: string, path: string, source: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), source);
}
