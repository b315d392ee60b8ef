import type { DescribeRule, OwnDescribe } from "@hookgate/providers";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { z } from "zod";
import { either, strictObject } from "./combinators.ts";

type Place = Exclude<DescribeRule["type"], readonly unknown[]>;

const PLACES_MAX = 10;
const NAME_CHARS_MAX = 200;
const POINTER_CHARS_MAX = 500;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;
const KEYS = ["header", "json", "form", "query"];

/** A header's name, in lower case. */
export const headerName = z
  .string()
  .regex(HEADER_NAME, { error: "must be a header name in lower case" });

/** A JSON pointer, not empty. */
export const jsonPointer = z
  .string()
  .max(POINTER_CHARS_MAX)
  .regex(JSON_POINTER, { error: "must be a JSON pointer, such as /data/id" });

/** A short text, not empty. */
export const shortText = z.string().min(1).max(NAME_CHARS_MAX);

/** Where a text is: a header, a JSON pointer, a form field, a JSON pointer in a form field, or a URL parameter. */
export const placeSchema = strictObject({
  header: headerName.optional(),
  json: jsonPointer.optional(),
  form: shortText.optional(),
  query: shortText.optional(),
}).transform((place, context): Place => {
  const given = Object.entries(place).filter(([, value]) => value !== undefined);
  const inField = place.form !== undefined && place.json !== undefined;
  if (given.length === (inField ? 2 : 1)) return Object.fromEntries(given) as unknown as Place;
  context.addIssue({
    code: "custom",
    message: `needs exactly one of ${KEYS.join(", ")}, or form and json`,
  });
  return z.NEVER;
});

const places = either({
  when: Array.isArray,
  first: z.array(placeSchema).min(1).max(PLACES_MAX),
  second: placeSchema,
});

/** Where an event's type and id are, and which types are the specification's. */
export const describeSchema = strictObject({
  type: places,
  id: places.nullable().default(null),
  canonical: z.record(shortText, z.enum(WEBHOOK_EVENT_TYPES)).optional(),
}).transform((rule) => rule as OwnDescribe);
