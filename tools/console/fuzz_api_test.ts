import { readFileSync } from "node:fs";
import { anyText } from "@hookgate/testing/any_text";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { OPENAPI_PATH } from "../codegen/generated_paths.ts";
import { type OpenConsole, openConsole } from "./open_console.ts";

/** Requests of each call. Many more, with schemathesis from PyPI, found nothing that these do not look for. */
const RUNS = 30;

interface Schema {
  $ref?: string;
  type?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minimum?: number;
  maximum?: number;
}

interface Operation {
  parameters?: { name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

const { paths, components } = JSON.parse(readFileSync(OPENAPI_PATH, "utf8")) as {
  paths: Record<string, { get?: Operation; post?: Operation }>;
  components: { schemas: Record<string, Schema> };
};

/** It writes a file for each request. */
const LEFT_OUT = ["/api/v1/back-up"];

const CONFIG = `{
  sources: { academy: { provider: "generic", secrets: ["0123456789abcdef"] } },
  subscriptions: { reader: { events: ["*"], stream: true } },
}`;

let served: OpenConsole;

beforeAll(async () => {
  served = await openConsole({ config: () => CONFIG });
}, 60_000);
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
});

function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  return components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {};
}

const ODD_TEXTS = ["", "academy", "reader", "\0", "../../etc/passwd", "💥", "a".repeat(9_999), "%"];

/** Values that a schema allows, and some that it does not. */
function anyOf(schema: Schema): fc.Arbitrary<unknown> {
  const field = resolve(schema);
  const odd = fc.constantFrom<unknown>(null, "x", -1, 1.5, true, [], {});
  return fc.oneof({ weight: 9, arbitrary: validOf(field) }, { weight: 1, arbitrary: odd });
}

function validOf(field: Schema): fc.Arbitrary<unknown> {
  if (field.enum) return fc.constantFrom(...field.enum);
  switch (field.type) {
    case "object": {
      const fields = Object.entries(field.properties ?? {});
      const values = Object.fromEntries(fields.map(([name, inner]) => [name, anyOf(inner)]));
      return fc.record(values, { requiredKeys: [] });
    }
    case "array":
      return fc.array(anyOf(field.items ?? {}), { maxLength: 4 });
    case "integer": {
      const { minimum = 0, maximum = 0 } = field;
      return fc.oneof(fc.integer({ min: -2, max: 2_000 }), fc.constantFrom(minimum, maximum));
    }
    case "boolean":
      return fc.boolean();
    case "number":
      return fc.double();
    default:
      return fc.oneof(anyText({ maxLength: 40 }), fc.constantFrom(...ODD_TEXTS));
  }
}

/** Where a value differs from its schema; null if it does not. */
function difference(value: unknown, schema: Schema, at = "answer"): string | null {
  const field = resolve(schema);
  if (field.type === "object") {
    const own = value as Record<string, unknown>;
    const missing = (field.required ?? []).find((name) => !(name in own));
    if (missing !== undefined) return `${at} lacks ${missing}`;
    return first(Object.entries(own), ([name, inner]) => {
      const known = field.properties?.[name];
      return known ? difference(inner, known, `${at}.${name}`) : `${at} has ${name}`;
    });
  }
  if (field.type === "array") {
    if (!Array.isArray(value)) return `${at} is no list`;
    return first(value, (item) => difference(item, field.items ?? {}, `${at}[]`));
  }
  if (field.enum) return field.enum.includes(String(value)) ? null : `${at} is ${value}`;
  const type = field.type === "integer" ? "number" : field.type;
  return typeof value === type ? null : `${at} is a ${typeof value}`;
}

function first<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

const calls = Object.entries(paths)
  .filter(([path]) => !LEFT_OUT.includes(path))
  .map(([path, { get, post }]) => ({ path, reads: get !== undefined, operation: get ?? post }));

test.each(calls)(
  "$path answers whatever it is sent as its schema says, and never with 500",
  async ({ path, reads, operation }) => {
    if (!operation) throw new Error(`Cannot try ${path}: it has no operation`);
    const request = reads
      ? queryOf(operation.parameters ?? [])
      : anyOf(operation.requestBody?.content["application/json"]?.schema ?? {});
    const answer = operation.responses["200"]?.content["application/json"]?.schema ?? {};
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        const response = await (reads
          ? fetch(`${served.url}${path}?${sent}`)
          : fetch(`${served.url}${path}`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(sent),
            }));
        const body = (await response.json()) as { error?: unknown; message?: unknown };
        if (response.status === 200) {
          expect(difference(body, answer)).toBeNull();
          return;
        }
        expect([400, 404, 409, 429, 431]).toContain(response.status);
        expect(body).toEqual({ error: expect.any(String), message: expect.any(String) });
      }),
      { numRuns: RUNS },
    );
  },
  60_000,
);

test.each(calls)("$path says what a request lacks that is empty", async ({ path, reads }) => {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  const response = await fetch(`${served.url}${path}`, reads ? {} : init);
  expect([200, 400, 409]).toContain(response.status);
});

test.each(
  calls.filter(({ operation }) => operation?.parameters?.some(({ name }) => name === "pageSize")),
)("$path names a parameter that is out of range", async ({ path }) => {
  const response = await fetch(`${served.url}${path}?pageSize=1000000`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    message: expect.stringMatching(/^pageSize must be/),
  });
});

function queryOf(parameters: readonly { name: string; schema: Schema }[]): fc.Arbitrary<string> {
  const values = parameters.map(({ name, schema }) => [name, anyOf(schema)] as const);
  return fc.record(Object.fromEntries(values), { requiredKeys: [] }).map((given) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(given)) {
      for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
    }
    return query.toString();
  });
}
