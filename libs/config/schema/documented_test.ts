import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { EVENT_FLAGS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { VARIABLES } from "../read_env.ts";
import { configSchema } from "./check_config.ts";
import { FORMS } from "./combinators.ts";

const DOCS = resolve(import.meta.dirname, "../../../docs");

test("every key of the configuration is documented, and every documented key exists", () => {
  const keys = listKeys(configSchema({}, { dir: "/", now: 0 })).filter((key) => !isOfRecipe(key));
  const documented = firstCells("configuration.md", "key");
  expect(leaves(keys).filter((key) => !documented.includes(asDocumented(key)))).toEqual([]);
  expect(documented.filter((key) => !keys.includes(key))).toEqual([]);
});

test("every word of a recipe is documented, and every documented word exists", () => {
  const keys = listKeys(configSchema({}, { dir: "/", now: 0 })).filter(isOfRecipe);
  const words = [...new Set(keys.map((key) => key.split(".").at(-1)?.replace("[]", "") ?? ""))];
  const documented = firstCells("recipes.md", "word");
  expect(words.filter((word) => word !== "*" && !documented.includes(word))).toEqual([]);
  expect(documented.filter((word) => !words.includes(word))).toEqual([]);
});

test("every environment variable is documented, and every documented one exists", () => {
  const names = Object.keys(VARIABLES).sort();
  expect(firstCells("configuration.md", "variable").sort()).toEqual(names);
});

test("every flag of an event is documented, and every documented one exists", () => {
  expect(firstCells("configuration.md", "flag").sort()).toEqual(EVENT_FLAGS.toSorted());
});

/** Secrets are written alike wherever they stand, and so are retry policies: they are documented once. */
function asDocumented(key: string): string {
  return key
    .replace(/^(?:subscriptions|notify\.to)\.\*\.secrets?(?:\[\])?\./, "sources.*.secrets[].")
    .replace(/^notify\.to\.\*\.headers\./, "subscriptions.*.headers.")
    .replace(/^notify\.to\.\*\.(?:slack|smtp\.password)\./, "sources.*.secrets[].")
    .replace(/^(notify\.to\.\*\.(?:about|email))\[\]$/, "$1")
    .replace(/^subscriptions\.\*\.retry\./, "retryPolicies.*.");
}

const isOfRecipe = (key: string) =>
  /^sources\.\*\.(?:recipe|alternatives(?:\[\])?|describe|handshake|ownResponse)\./.test(key);

/** The words of code that rows begin with, in the tables of a document whose first column is called so. */
function firstCells(document: string, ...columns: string[]): string[] {
  const text = readFileSync(resolve(DOCS, document), "utf8");
  const tables = text.split("\n\n").filter((block) => {
    return columns.some((column) => block.startsWith(`| ${column} |`));
  });
  return tables.flatMap((table) =>
    [...table.matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1] ?? ""),
  );
}

/** Keys that hold no further keys. */
function leaves(keys: readonly string[]): string[] {
  return keys.filter(
    (key) => !keys.some((other) => other.startsWith(`${key}.`) || other.startsWith(`${key}[`)),
  );
}

/** Every key that a schema accepts, by path: `*` is a name that the user chooses, `[]` an entry of a list. */
function listKeys(schema: z.ZodType): string[] {
  const keys = new Set<string>();
  const walk = (node: JsonSchema, path: string) => {
    for (const [name, value] of Object.entries(node.properties ?? {})) {
      const key = path === "" ? name : `${path}.${name}`;
      keys.add(key);
      walk(value, key);
    }
    const { additionalProperties: others, items } = node;
    if (typeof others === "object") walk(others, `${path}.*`);
    if (items !== undefined) walk(items, `${path}[]`);
    for (const form of node.anyOf ?? []) walk(form, path);
  };
  walk(toJsonSchema(schema), "");
  return [...keys];
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const forms = FORMS.get(zodSchema as unknown as z.ZodType)?.forms;
      if (forms !== undefined)
        jsonSchema.anyOf = forms.map((form) => toJsonSchema(form as z.ZodType)) as never;
    },
  }) as JsonSchema;
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}
