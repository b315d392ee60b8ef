import { z } from "zod";
import { wordIssue } from "./describe_issues.ts";

/** Reads a value by a schema that was chosen by a look at it; its problems become those of the value. */
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
