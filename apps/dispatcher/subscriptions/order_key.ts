import { createHash } from "node:crypto";
import { JSON_PARTS, type JsonField } from "@hookgate/providers";
import { ORDER_KEY_CHARS_MAX } from "@hookgate/types";

/**
 * The key that an event is kept in order by: the JSON text of what stands in the field, so that 1 and "1" are two keys;
 * empty where nothing stands there, or what has parts. One that is long is its SHA-256 in hexadecimal digits.
 */
export function orderKey(field: JsonField | undefined): string {
  if (field === undefined || field === JSON_PARTS) return "";
  // In JSON, Infinity (1e400) would be null, which is another key.
  const text = typeof field === "number" ? String(field) : JSON.stringify(field);
  if (text.length <= ORDER_KEY_CHARS_MAX) return text;
  return createHash("sha256").update(text).digest("hex");
}
