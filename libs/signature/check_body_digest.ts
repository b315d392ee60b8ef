import { createHash } from "node:crypto";
import { encode } from "./encoding.ts";
import { type Reading, readPlace } from "./reading.ts";
import type { BodyDigestRule } from "./recipe.ts";
import type { PlainReason } from "./verdict.ts";

/** Why the body is not the one whose digest the request holds; null where it is. */
export function checkBodyDigest(
  rule: BodyDigestRule | undefined,
  reading: Reading,
): PlainReason | null {
  if (rule === undefined) return null;
  const claimed = readPlace(reading, rule.from);
  if (claimed === undefined) return "missing_header";
  if (claimed === null) return "malformed_header";
  const digest = createHash(rule.digest).update(reading.request.body).digest();
  return encode(rule.encoding, digest) === claimed ? null : "no_match";
}
