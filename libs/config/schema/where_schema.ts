import { CONDITION_TESTS, type Condition, type Scalar } from "@hookgate/types";
import { z } from "zod";
import { either, strictObject } from "./combinators.ts";
import { jsonPointer } from "./place_schema.ts";

const CONDITIONS_MAX = 20;
const LIST_MAX = 100;
const TEXT_CHARS_MAX = 1_000;

const TEXT = `a string of at most ${TEXT_CHARS_MAX} characters`;
const UNSET = "is empty: set the environment variable it reads, or leave it out";

const isShort = (value: unknown) => typeof value === "string" && value.length <= TEXT_CHARS_MAX;
const isComparable = (value: unknown) => isShort(value) || Number.isFinite(value);

const scalar = valueSchema<Scalar>(
  (value) => isComparable(value) || typeof value === "boolean" || value === null,
  `${TEXT}, a finite number, true, false or null`,
);
const comparable = valueSchema<string | number>(isComparable, `${TEXT} or a finite number`);

/** Tests of one field, by name. A test that is undefined is refused below: ignoring it would let everything through. */
const tests = strictObject({
  equals: scalar.optional(),
  not: scalar.optional(),
  in: z.array(scalar).min(1).max(LIST_MAX).optional(),
  exists: z.boolean().optional(),
  gt: comparable.optional(),
  gte: comparable.optional(),
  lt: comparable.optional(),
  lte: comparable.optional(),
}).superRefine((given, context) => {
  const names = Object.keys(given);
  if (names.length === 0) {
    const message = `has no test: it needs one or more of ${CONDITION_TESTS.join(", ")}`;
    context.addIssue({ code: "custom", message });
  }
  for (const name of names) {
    if (Reflect.get(given, name) !== undefined) continue;
    context.addIssue({ code: "custom", path: [name], message: UNSET });
  }
});

const isObject = (value: unknown) => typeof value === "object" && value !== null;

/** Conditions on a body: by JSON pointer, a value that the field must equal, or tests. All must hold. */
export const whereSchema = z
  .record(jsonPointer, either({ when: isObject, first: tests, second: scalar }))
  .transform((fields, context): Condition[] => {
    const conditions = Object.entries(fields).flatMap(([pointer, field]) => {
      if (!isObject(field)) return { pointer, test: "equals", value: field } as Condition;
      return Object.entries(field as object).map(([test, value]) => {
        return { pointer, test, value } as Condition;
      });
    });
    if (conditions.length <= CONDITIONS_MAX) return conditions;
    const message = `must have at most ${CONDITIONS_MAX} tests, but has ${conditions.length}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

function valueSchema<Value>(isValue: (value: unknown) => boolean, form: string): z.ZodType<Value> {
  return z.custom<Value>(isValue, {
    abort: false,
    error: ({ input }) => (input === undefined ? UNSET : `must be ${form}`),
  });
}
