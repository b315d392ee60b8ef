import { createHmac, timingSafeEqual } from "node:crypto";

/** The check that every peer makes, as it would be written by hand. */
export function isSigned(body: Buffer, header: string | undefined, secret: string): boolean {
  const given = Buffer.from(String(header).replace("sha256=", ""), "hex");
  const expected = createHmac("sha256", secret).update(body).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}
