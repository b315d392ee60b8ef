import { z } from "zod";
import { readAs } from "./read_as.ts";

/** Options for {@linkcode either}. */
export interface EitherOptions<First extends z.ZodType, Second extends z.ZodType> {
  /** Whether a value is to be read as the first form. */
  when: (value: unknown) => boolean;
  first: First;
  second: Second;
}

/** The forms of each schema made by {@linkcode either}, for whoever lists what the configuration accepts. */
export const FORMS = z.registry<{ forms: readonly unknown[] }>();

/** One of two forms, told apart by a look at the value: unlike a union, it reports the problems of that form alone. */
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
