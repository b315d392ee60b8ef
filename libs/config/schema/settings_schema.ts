import type { ProviderSetting } from "@hookgate/providers";
import { z } from "zod";
import { either } from "./combinators.ts";
import { nearestName } from "./nearest_name.ts";

const SETTINGS_MAX = 50;
const VALUES_MAX = 100;
const VALUE_CHARS_MAX = 4_096;

const text = z
  .string({
    error: ({ input }) =>
      input === undefined ? "is empty: set the environment variable it reads" : undefined,
  })
  .max(VALUE_CHARS_MAX)
  .refine((value) => value.trim() !== "", {
    error: "is empty: set the environment variable it reads",
  });

/** Settings of a source, by name: texts, or lists of texts, which are joined with commas. */
export const settingsSchema = z
  .record(
    z.string(),
    either({
      when: Array.isArray,
      first: z
        .array(text.refine((value) => !value.includes(","), { error: "must not contain a comma" }))
        .min(1)
        .max(VALUES_MAX)
        .transform((values) => values.join(",")),
      second: text,
    }),
  )
  .refine((settings) => Object.keys(settings).length <= SETTINGS_MAX, {
    error: `must have at most ${SETTINGS_MAX} entries`,
  })
  .default({});

/** The problems of a source's settings for this provider: the setting's name and the sentence. */
export function findSettingProblems(
  given: Readonly<Record<string, unknown>>,
  { name, settings = [] }: { name: string; settings?: readonly ProviderSetting[] },
): [name: string, message: string][] {
  const known = settings.map((setting) => setting.name);
  const problems: [string, string][] = [];
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    const list = known.length === 0 ? `${name} has no settings` : `${name} has ${known.join(", ")}`;
    problems.push([key, `is unknown: ${nearest === null ? list : `did you mean ${nearest}?`}`]);
  }
  for (const { name: key, required, note } of settings) {
    if (required && !Object.hasOwn(given, key)) problems.push([key, `is missing: ${note}`]);
  }
  return problems;
}
