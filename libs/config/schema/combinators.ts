import { z } from "zod";
import { nameType, wordIssue } from "./issues.ts";
import { nearestName } from "./nearest_name.ts";

/** An object that refuses unknown keys: one problem for each, with the nearest known key. */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  const unknownKey = z.unknown().refine(() => false, {
    error: (issue) => describeUnknown(String(issue.path?.at(-1)), known),
  });
  // zod's own strictObject() reports all unknown keys in one issue, at the object's path.
  return z.object(shape).catchall(unknownKey) as unknown as z.ZodObject<Shape, z.core.$strict>;
}

function describeUnknown(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  if (nearest !== null) return `is unknown: did you mean ${nearest}?`;
  return `is unknown: the keys here are ${known.join(", ")}`;
}

/** Options for {@linkcode boundedNumber}. */
export interface BoundedNumberOptions {
  min: number;
  max: number;
  /** Such as `milliseconds`. */
  unit?: string;
  /** Whether it may be a fraction. @default {false} */
  fractions?: boolean;
}

/** A number within its limits. */
export function boundedNumber(options: BoundedNumberOptions): z.ZodType<number> {
  const { min, max, unit = "", fractions = false } = options;
  const kind = fractions ? "a number" : "a whole number";
  const expected = `${kind}${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`;
  const isWithin = (value: unknown) =>
    typeof value === "number" &&
    (fractions || Number.isInteger(value)) &&
    value >= min &&
    value <= max;
  return z.custom<number>(isWithin, {
    // Keep checking the other keys.
    abort: false,
    error: ({ input }) => {
      if (input === undefined) return `is missing: it must be ${expected}`;
      return `must be ${expected}, not ${typeof input === "number" ? input : nameType(input)}`;
    },
  });
}

/** The forms of each schema made by {@linkcode either} and {@linkcode ofKind}, for listing what the configuration accepts. */
export const FORMS = z.registry<{ forms: readonly unknown[] }>();

/** Options for {@linkcode either}. */
export interface EitherOptions<First extends z.ZodType, Second extends z.ZodType> {
  /** Whether to read a value as the first form. */
  when: (value: unknown) => boolean;
  first: First;
  second: Second;
}

/** One of two forms, chosen by looking at the value: unlike a union, it reports the problems of that form only. */
export function either<First extends z.ZodType, Second extends z.ZodType>(
  options: EitherOptions<First, Second>,
) {
  const { when, first, second } = options;
  return z
    .unknown()
    .optional()
    .transform((value, context): z.output<First> | z.output<Second> => {
      const form: First | Second = when(value) ? first : second;
      return readAs(form, value, context);
    })
    .register(FORMS, { forms: [first, second] });
}

/** One of several objects, chosen by `kind`: only the problems of that kind are reported. */
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

/** Reads a value with a schema that was chosen by looking at it, and reports its problems as the value's. */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  context: z.RefinementCtx,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: wordIssue });
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
  return z.NEVER;
}
