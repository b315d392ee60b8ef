import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { EVENT_FLAGS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import type {
  EndpointConfig,
  HandlerConfig,
  HookgateConfig,
  SourceConfig,
  StreamConfig,
} from "../hookgate_config.ts";
import { VARIABLES } from "../read_env.ts";
import { configSchema } from "./check_config.ts";
import { FORMS } from "./combinators.ts";
import type { sourceSchema } from "./source_schema.ts";
import type { subscriptionSchema } from "./subscription_schema.ts";

const DOCS = resolve(import.meta.dirname, "../../../docs");

test("every key of the configuration is documented, and every documented key exists", () => {
  const keys = listKeys(configSchema({}, { dir: "/", now: 0 })).filter((key) => !isOfRecipe(key));
  const documented = firstCells("configuration.md", "key");
  expect(leaves(keys).filter((key) => !documented.includes(asDocumented(key)))).toEqual([]);
  expect(documented.filter((key) => !keys.includes(key))).toEqual([]);
});

/** Compiles only if there is none. */
type None<Keys> = [Keys] extends [never] ? true : never;
type KeysOf<Schema extends (...rest: never[]) => z.ZodType> = keyof z.input<ReturnType<Schema>>;
type SubscriptionKeys = keyof HandlerConfig | keyof EndpointConfig | keyof StreamConfig;

test("every key of the configuration is one of those that defineConfig() takes", () => {
  const config: None<Exclude<KeysOf<typeof configSchema>, keyof HookgateConfig>> = true;
  const source: None<Exclude<KeysOf<typeof sourceSchema>, keyof SourceConfig>> = true;
  const subscription: None<Exclude<KeysOf<typeof subscriptionSchema>, SubscriptionKeys>> = true;
  expect([config, source, subscription]).toEqual([true, true, true]);
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

test("documented defaults that are numbers are those that a configuration gets", () => {
  const sources = {
    academy: { provider: "generic", secrets: ["7d1f0c9b8a6e5d4c3b2a190807f6e5d4"] },
  };
  const subscriptions = { crm: { events: ["*"], stream: true } };
  const retryPolicies = { slow: { delays: [1] } };
  const data = { sources, subscriptions, retryPolicies };
  const filled = configSchema({}, { dir: "/", now: 0 }).parse(data);
  const found = defaults().map(([key, value]) => [key, value, valueAt(filled, key)]);
  expect(found.length).toBeGreaterThan(15);
  expect(found.filter(([, documented, real]) => documented !== real)).toEqual([]);
});

test("documented defaults of variables are those that an empty environment gives", () => {
  const text = readFileSync(resolve(DOCS, "configuration.md"), "utf8");
  const wrong = Object.entries(VARIABLES).flatMap(([name, read]) => {
    const value = read(undefined, () => {});
    const [shown] = Array.isArray(value) ? value : [value];
    if (typeof shown !== "number" && typeof shown !== "string") return [];
    const cell = new RegExp(`^\\| \`${name}\` \\| (?:\\./)?([^ ]*)`, "m").exec(text)?.[1];
    return cell === String(shown) ? [] : [{ name, cell, shown }];
  });
  expect(wrong).toEqual([]);
});

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  s: 1_000,
  min: 60_000,
  days: 86_400_000,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** The keys whose default is documented as a number, with or without a unit. */
function defaults(): [key: string, value: number][] {
  const text = readFileSync(resolve(DOCS, "configuration.md"), "utf8");
  const rows = [
    ...text.matchAll(/^\| `([\w.*]+)` \| ([\d,]+) ?(s|min|days|MiB|GiB|)(?=[ ,;]).*\|/gm),
  ];
  return rows.flatMap(([, key = "", digits = "", unit = ""]): [string, number][] => {
    // Recipients stand elsewhere once they are read.
    const isElsewhere = key === key.toUpperCase() || key.startsWith("notify.");
    return isElsewhere ? [] : [[key, Number(digits.replaceAll(",", "")) * (UNITS[unit] ?? 0)]];
  });
}

/** What stands at a key; durations and bounds end in `Ms` and `Max` there, and `*` is the only entry. */
function valueAt(filled: object, key: string): unknown {
  return key.split(".").reduce<unknown>((value, step) => {
    const entries = Object.entries(Object(value));
    if (step === "*") return entries[0]?.[1];
    const names = [step, `${step}Ms`, `${step}Max`, `${step}MsMax`];
    return entries.find(([name]) => names.includes(name))?.[1];
  }, filled);
}

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
