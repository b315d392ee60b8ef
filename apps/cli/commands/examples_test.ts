import { expect, test } from "@jest/globals";
import { createProgram } from "../run_cli.ts";
import { callHookgate } from "../suite/call_hookgate.ts";
import { allCommands, pathOf } from "./examples.ts";

const program = createProgram({ env: {} } as never);
const paths = new Set([...program.commands, ...allCommands(program)].map(pathOf));

test.each([...paths])("hookgate %s --help teaches by example, each once", async (path) => {
  const { out } = await callHookgate([...path.split(" "), "--help"], {});
  const [, examples = ""] = out.split("\nExamples:\n");
  const lines = examples.split("\n").filter((line) => /^ {2}\S/.test(line));
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines).size).toBe(lines.length);
});
