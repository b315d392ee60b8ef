import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { PROVIDERS } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import type { Command } from "commander";
import { createProgram } from "../../apps/cli/run_cli.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const README_BYTES_MAX = 9 * 1024;

/** Every document that is kept, by path from the root. */
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(ROOT, "docs"))
    .map((name) => `docs/${name}`)
    .filter((path) => path.endsWith(".md")),
  ...readdirSync(join(ROOT, "libs")).map((name) => `libs/${name}/README.md`),
  "libs/testing/gateway/README.md",
  "libs/providers/VERIFY.md",
  "examples/README.md",
  ...readdirSync(join(ROOT, "examples")).map((name) => `examples/${name}/README.md`),
].filter((path) => existsSync(join(ROOT, path)));

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test("the README is short", () => {
  expect(statSync(join(ROOT, "README.md")).size).toBeLessThanOrEqual(README_BYTES_MAX);
});

test("every page of docs is reachable from the README", () => {
  const linked = new Set(linksOf("README.md").map(({ path }) => path));
  const pages = DOCUMENTS.filter((path) => path.startsWith("docs/"));
  const reached = pages.filter((page) => {
    return (
      linked.has(page) || pages.some((from) => linksOf(from).some(({ path }) => path === page))
    );
  });
  expect(reached).toEqual(pages);
});

test.each(DOCUMENTS)("%s links to files and headings that exist", (document) => {
  const broken = linksOf(document).filter(({ path, anchor }) => {
    if (!existsSync(join(ROOT, path))) return true;
    return anchor !== "" && !anchorsOf(path).has(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(DOCUMENTS)("%s names only npm scripts, commands and paths that exist", (document) => {
  const text = read(document);
  const { scripts } = JSON.parse(read("package.json"));
  const builtIn = ["install", "ci", "init", "pack", "publish", "sbom", "version"];
  const named = [...text.matchAll(/\bnpm (?:run )?([a-z]+)/g)].map((found) => found[1] ?? "");
  expect(named.filter((name) => !(name in scripts) && !builtIn.includes(name))).toEqual([]);

  const known = [...read("docs/command-line.md").matchAll(/^\| \[`([a-z]+)/gm)];
  const commands = new Set(["help", ...known.map((found) => found[1] ?? "")]);
  const used = [...text.matchAll(/npx hookgate ([a-z]+)/g)].map((found) => found[1] ?? "");
  expect(used.filter((name) => !commands.has(name))).toEqual([]);

  const paths = [...text.matchAll(/`((?:apps|libs|protos|tools|docs)\/[\w./-]+)`/g)];
  const missing = paths
    .map((found) => found[1] ?? "")
    .filter((path) => !existsSync(join(ROOT, path)));
  expect(missing).toEqual([]);
});

test.each(DOCUMENTS)("%s gives commands only options that they have", (document) => {
  const wrong = commandLinesOf(read(document)).filter((line) => unknownOptions(line).length > 0);
  expect(wrong).toEqual([]);
});

test.each(DOCUMENTS)("%s filters by types as events have them here", (document) => {
  const own = Object.values(PROVIDERS).flatMap(({ canonical }) => Object.entries(canonical));
  const renamed = new Set(own.flatMap(([type, here]) => (type === here ? [] : [type])));
  const named = [...read(document).matchAll(/--type "?([\w./:-]+)/g)].map(([, type = ""]) => type);
  expect(named.filter((type) => renamed.has(type))).toEqual([]);
});

/** What follows `npx hookgate` wherever a document has it, up to the end of the line or of the code. */
function commandLinesOf(text: string): string[] {
  return [...text.matchAll(/npx hookgate ([^`\n|#;]+)/g)].map((found) => found[1] ?? "");
}

/** The words of a command line that look like options, and are none of its command. */
function unknownOptions(line: string): string[] {
  const words = line.replaceAll(/"[^"]*"|'[^']*'/g, "text").split(/\s+/);
  let command: Command = createProgram({ env: {} } as never);
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
  }
  // A group alone lists.
  const listed = command.commands.find((one) => one.name() === "list") ?? command;
  const known = new Set(["--help", "--version", ...listed.options.map(({ long }) => long)]);
  return words
    .map((word) => word.replace(/[=,.:].*$/, ""))
    .filter((word) => {
      return word.startsWith("--") && word.length > 2 && !known.has(word);
    });
}

/** The links of a document to files of this repository. */
function linksOf(document: string): { path: string; anchor: string }[] {
  return [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor = ""] = target.split("#");
      const file = path === "" ? document : join(dirname(document), path);
      return { path: relative(ROOT, resolve(ROOT, file)), anchor };
    });
}

/** The anchors of a document's headings, as the usual renderers make them. */
function anchorsOf(document: string): Set<string> {
  const headings = [...withoutCode(read(document)).matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading = ""]) => {
      const plain = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "");
      return plain.replaceAll(" ", "-");
    }),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}
