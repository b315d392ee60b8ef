import { createHash } from "node:crypto";
import { JSON_PARTS, type JsonField } from "@hookgate/providers";
import { ORDER_KEY_CHARS_MAX } from "@hookgate/types";

/**
 * The order key in a field of a body: the field's JSON text, so that 1 and "1" are different keys. Empty if the field is
 * missing, an object or an array. A long key is replaced by its SHA-256 in hexadecimal digits.
 */
export function orderKey(field: JsonField | undefined): string {
  if (field === undefined || field === JSON_PARTS) return "";
  // JSON.stringify(Infinity), from 1e400, is "null", which is a different key.
  const text = typeof field === "number" ? String(field) : JSON.stringify(field);
  if (text.length <= ORDER_KEY_CHARS_MAX) return text;
  return createHash("sha256").update(text).digest("hex");
}
