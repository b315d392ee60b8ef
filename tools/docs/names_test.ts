import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";

const ROOT = resolve(import.meta.dirname, "../..");

/** The code of the apps and libraries, without tests. */
const SOURCES = globSync("{apps,libs}/**/*.ts", { cwd: ROOT })
  .filter((path) => !/node_modules|_test\.ts$|\/suite\/|^libs\/testing\//.test(path))
  .map((path) => ({ path, text: readFileSync(resolve(ROOT, path), "utf8") }));

const operations = readFileSync(resolve(ROOT, "docs/operations.md"), "utf8");

/** The words of code in one column of the tables of a document whose head begins so. */
function cells(document: string, { head, column }: { head: string; column: number }): string[] {
  const tables = document.split("\n\n").filter((block) => block.startsWith(head));
  const rows = tables.flatMap((table) => table.split("\n").slice(2));
  return rows.flatMap((row) => {
    const cell = row.split("|")[column] ?? "";
    return [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? "");
  });
}

/** What a pattern's first group finds in files whose path matches, each once, sorted. */
function found(pattern: RegExp, { within }: { within: RegExp }): string[] {
  const texts = SOURCES.filter(({ path }) => within.test(path)).map(({ text }) => text);
  const all = texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
  return [...new Set(all)].sort();
}

test("every metric is documented, and every documented one exists", () => {
  const names = found(/"(hookgate_[a-z_]+)"/g, { within: /^(?:apps\/(?:edge|dispatcher)|libs)\// });
  expect(cells(operations, { head: "| metric |", column: 1 }).sort()).toEqual(names);
});

test("every error that the edge answers is documented, and every documented one exists", () => {
  const errors = found(/\berror: "([a-z_]+)"/g, { within: /^apps\/edge\// });
  const ours = found(/^ {2}(\w+): ".*Try again later\."/gm, {
    within: /edge\/request\/answers\.ts$/,
  });
  const known = [...new Set([...errors, ...ours])].sort();
  expect(cells(operations, { head: "| status | `error` |", column: 2 }).sort()).toEqual(known);
});

test("every tool of the model is documented, and every documented one exists", () => {
  const page = readFileSync(resolve(ROOT, "docs/mcp.md"), "utf8");
  const tools = found(/^ {4}name: "([a-z_]+)"/gm, { within: /cli\/mcp\/tools\.ts$/ });
  expect(tools).toContain("get_health");
  expect(cells(page, { head: "| tool |", column: 1 }).sort()).toEqual(tools);
});

/** The names of the fields of an interface, by how that begins. */
function fields(name: string): string[] {
  const types = SOURCES.find(({ text }) => text.includes(`export interface ${name}`))?.text ?? "";
  const body = types.split(`export interface ${name}`)[1]?.split("\n}")[0] ?? "";
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((one) => one[1] ?? "");
}

test("every option of a subscriber is documented, and every documented one exists", () => {
  const page = readFileSync(resolve(ROOT, "libs/client/README.md"), "utf8");
  // Randomness is for tests of ours.
  const options = fields("SubscribeOptions<").filter((name) => name !== "random");
  expect(cells(page, { head: "| option | default |", column: 1 }).sort()).toEqual(options.sort());
});

test("every field that a handler gets is documented, and every documented one exists", () => {
  const page = readFileSync(resolve(ROOT, "docs/getting-started.md"), "utf8");
  const event = [...fields("HandlerEvent<"), ...fields("WebhookEvent<")].sort();
  expect(cells(page, { head: "| of `event` |", column: 1 }).sort()).toEqual(event);
  const context = fields("HandlerContext").sort();
  expect(cells(page, { head: "| of `context` |", column: 1 }).sort()).toEqual(context);
});

test("every message that the apps log at warn, error or fatal is documented, and every documented one exists", () => {
  const page = readFileSync(resolve(ROOT, "docs/log-messages.md"), "utf8");
  const documented = page.split("\n## ").flatMap((section) => firstCells(section));
  // The command line's own, those of the client in a subscriber's process, and what examples log.
  const logging = SOURCES.filter(({ path, text }) => {
    return /\.(?:warn|error|fatal)\(/.test(text) && !NOT_OF_APPS.test(path);
  });
  const logged = logging.flatMap(({ text }) => messagesOf(text));
  expect(logged.length).toBeGreaterThan(50);
  expect(logged.filter((message) => !documented.includes(message))).toEqual([]);

  const sources = SOURCES.map(({ text }) => text).join("\n");
  const parts = (message: string) => message.split("…").filter((part) => part.trim() !== "");
  const unknown = documented.filter((one) => !parts(one).every((part) => sources.includes(part)));
  // Made of the state of a breaker.
  expect(unknown).toEqual(["breaker opened"]);
});

const NOT_OF_APPS =
  /^apps\/cli\/|^apps\/console\/page\/|^apps\/dispatcher\/handlers\/|^libs\/client\//;

function firstCells(section: string): string[] {
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((found) => found[1] ?? "");
}

/** The messages of all calls of `warn`, `error` and `fatal`, the last argument of each; `…` for what differs. */
function messagesOf(source: string): string[] {
  const messages: string[] = [];
  visit(parseSync(source, { syntax: "typescript", target: "es2024" }), (node) => {
    const callee = node["callee"] as Node | undefined;
    const called = callee?.["base"] ?? callee;
    const name = ((called as Node | undefined)?.["property"] as Node | undefined)?.["value"];
    if (node["type"] !== "CallExpression" || !LEVELS.has(String(name))) return;
    const args = node["arguments"] as { expression: Node }[];
    messages.push(...textsOf(args.at(-1)?.expression));
  });
  return messages;
}

type Node = Record<string, unknown>;

const LEVELS = new Set(["warn", "error", "fatal"]);

function textsOf(node: Node | undefined): string[] {
  if (node?.["type"] === "StringLiteral") return [String(node["value"])];
  if (node?.["type"] === "TemplateLiteral") {
    return [(node["quasis"] as { cooked: string }[]).map(({ cooked }) => cooked).join("…")];
  }
  if (node?.["type"] !== "ConditionalExpression") return [];
  return [node["consequent"], node["alternate"]].flatMap((one) => textsOf(one as Node));
}

function visit(value: unknown, look: (node: Node) => void): void {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) look(value as Node);
  for (const child of Object.values(value)) visit(child, look);
}
