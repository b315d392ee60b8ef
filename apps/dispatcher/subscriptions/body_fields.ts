import {
  JSON_PARTS,
  type JsonField,
  type PointerTree,
  readContentScalars,
} from "@hookgate/providers";
import type { ReceivedEvent, Scalar } from "@hookgate/types";
import { orderKey } from "./order_key.ts";

/** Characters of a text that are kept of it: more than the value of any condition has, so that comparing finds the same. */
const TEXT_CHARS_MAX = 4_096;

/** An event that is matched. */
export type MatchedEvent = Pick<ReceivedEvent, "type" | "source" | "headers" | "body">;

/** The fields of a body by pointer; null if it is neither JSON nor a form. */
export type Fields = ReadonlyMap<string, JsonField> | null;

/** The fields of a body that was looked into elsewhere. */
export interface ReadElsewhere {
  fields: Fields;
  /** The order keys of the fields, by pointer: those of long texts cannot be told from what is kept of them. */
  orderKeys: ReadonlyMap<string, string>;
}

/** Looks into a large body without holding up others. */
export type ReadFieldsElsewhere = (
  event: Pick<ReceivedEvent, "headers" | "body">,
  tree: PointerTree,
) => Promise<ReadElsewhere>;

/** What {@linkcode readFieldsTask} reads, as plain data that another thread can be sent. */
export interface ReadFieldsTask extends Pick<ReceivedEvent, "headers" | "body"> {
  tree: PointerTree;
}

/** What it found: texts are cut to {@linkcode TEXT_CHARS_MAX}; null if the body is neither JSON nor a form. */
export type FoundFields = readonly FoundField[] | null;

interface FoundField {
  pointer: string;
  /** Undefined for an object or an array. */
  value: Scalar | undefined;
  orderKey: string;
}

/** Reads the values at the pointers of a body, and the order keys that they would be, on whichever thread this is. */
export function readFieldsTask({ tree, ...event }: ReadFieldsTask): FoundFields {
  const fields = readContentScalars(event, tree);
  if (fields === null) return null;
  return [...fields].map(([pointer, field]) => {
    const value = field === JSON_PARTS ? undefined : field;
    const short = typeof value === "string" ? value.slice(0, TEXT_CHARS_MAX) : value;
    return { pointer, value: short, orderKey: orderKey(field) };
  });
}

/** The fields as matching wants them. */
export function foundFields(found: FoundFields): ReadElsewhere {
  if (found === null) return { fields: null, orderKeys: new Map() };
  return {
    fields: new Map(found.map(({ pointer, value = JSON_PARTS }) => [pointer, value])),
    orderKeys: new Map(found.map(({ pointer, orderKey: key }) => [pointer, key])),
  };
}
