import type { Api, Schema } from "./schema.ts";

/**
 * Turns what gRPC answered into JSON as the schema says: enums lose their prefix, bytes become base64, and what is absent is
 * left out. A field that this version's schema does not have is left out, too.
 */
export function toJson(value: unknown, schema: Schema, resolve: Api["resolve"]): unknown {
  const field = resolve(schema);
  if (field.type === "object") {
    const { properties = {}, additionalProperties: more } = field;
    const fields = Object.entries(value as object).flatMap(([name, item]) => {
      const own = properties[name] ?? (typeof more === "object" ? more : undefined);
      if (!own || item === null || item === undefined) return [];
      return [[name, toJson(item, own, resolve)]];
    });
    return Object.fromEntries(fields);
  }
  if (field.type === "array") {
    const { items = {} } = field;
    return (value as readonly unknown[]).map((item) => toJson(item, items, resolve));
  }
  if (field.contentEncoding === "base64")
    return Buffer.from(value as Uint8Array).toString("base64");
  if (field.enum)
    return String(value)
      .slice(field["x-prefix"]?.length ?? 0)
      .toLowerCase();
  return value;
}
