import { z } from "zod";
import { FORMS } from "./either.ts";
import { readAs } from "./read_as.ts";
import { strictObject } from "./strict_object.ts";

/** One of several objects, told apart by their `kind`: only that one's problems are reported. */
export function ofKind(schemas: Readonly<Record<string, z.ZodType>>) {
  return z
    .unknown()
    .transform((value, context): unknown => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return readAs(strictObject({}), value, context);
      }
      const { kind } = value as { kind?: unknown };
      const schema =
        typeof kind === "string" && Object.hasOwn(schemas, kind) ? schemas[kind] : null;
      if (schema) return readAs(schema, value, context);
      const known = Object.keys(schemas).map((name) => JSON.stringify(name));
      const message = `must be one of ${known.join(", ")}`;
      context.addIssue({ code: "custom", path: ["kind"], message });
      return z.NEVER;
    })
    .register(FORMS, { forms: Object.values(schemas) });
}
