import { expect, test } from "@jest/globals";
import { commonJsHint } from "./commonjs_hint.ts";

const thrown = (place: string, line: string, message: string) =>
  `${place}:1\n${line}\n^^^^^^\n\nSyntaxError: ${message}\n    at wrapSafe (node:internal/modules)`;

test.each([
  [
    "/srv/a/hookgate.config.ts",
    "Cannot use import statement outside a module",
    "hookgate.config.mts",
  ],
  ["file:///srv/crm.js", "Unexpected token 'export'", "crm.mjs"],
  ["C:\\srv\\crm.cts", "Cannot use 'import.meta' outside a module", "crm.mts"],
])("commonJsHint() of %s says how it is to be named", (place, message, name) => {
  const text = thrown(place, "import x;", message);
  expect(commonJsHint(text)).toContain(`rename it to ${name}, or set "type": "module"`);
  expect(commonJsHint(`(node:1) Warning: x\n${text}\n\nNode.js v24`)).toBe(commonJsHint(text));
});

test.each([
  "",
  thrown("/srv/a.ts", "const a = ;", "Unexpected token ';'"),
  "SyntaxError: Cannot use import statement outside a module",
  `${"/srv/a.ts:1\n".repeat(10_000)}SyntaxError: x`,
])("commonJsHint() has nothing to say about other errors", (text) => {
  expect(commonJsHint(text)).toBeNull();
});
