import { z } from "zod";
import { nameType } from "./describe_issues.ts";

/** Options for {@linkcode boundedNumber}. */
export interface BoundedNumberOptions {
  min: number;
  max: number;
  /** What is counted, such as `milliseconds`. */
  unit?: string;
  /** Whether it may lie between whole numbers. @default {false} */
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
    // A bad number shall not hide what is wrong with the keys beside it.
    abort: false,
    error: ({ input }) => {
      if (input === undefined) return `is missing: it must be ${expected}`;
      return `must be ${expected}, not ${typeof input === "number" ? input : nameType(input)}`;
    },
  });
}
