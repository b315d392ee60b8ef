import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { EXAMPLES } from "../../apps/cli/commands/examples.ts";
import { commandLinePage } from "./command_line.ts";
import { COMMAND_LINE_PATH } from "./generated_paths.ts";

test("docs/command-line.md is what the commands define; if it differs run npm run codegen", async () => {
  expect(await readFile(COMMAND_LINE_PATH, "utf8")).toBe(commandLinePage());
});

test("commandLinePage() has a section with an example for every command, and no other examples", () => {
  const page = commandLinePage();
  const sections = page.split("\n## ").slice(1, -1);
  expect(sections.map((section) => section.split("\n", 1)[0]).sort()).toEqual(
    Object.keys(EXAMPLES).sort(),
  );
  for (const section of sections) expect(section).toMatch(/```sh\n# .+\nnpx hookgate /);
});

test("commandLinePage() shows arguments, options, choices, defaults and exit codes", () => {
  const page = commandLinePage();
  expect(page).toContain("`npx hookgate cancel [options] <delivery|replay>`");
  expect(page).toContain("| `--limit <n>` | at most this many (default: 50) |");
  expect(page).toContain("deliveries in this state (delivered, dead, cancelled)");
  expect(page).toMatch(/\| `--file <file>` \| [^\n]*\(required\) \|/);
  expect(page).toContain("`npx hookgate quarantine` alone does it, too.");
  expect(page).toContain("| 3 | the output could not be written");
  expect(page).not.toMatch(/undefined|\[object|NaN|default: \)|\d{5} *\)|^\|.*\| {2}\|$/m);
});
