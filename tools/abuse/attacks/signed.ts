import { createHash, createHmac } from "node:crypto";

/** Headers of a body as `generic` signs it. */
export function signed(body: string | Uint8Array, secret: string): Record<string, string> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return { "content-type": "application/json", "x-webhook-signature": signature };
}

/** A signature of the right length that matches nothing. */
export function wrongSignature(encoding: "hex" | "base64", digest: "sha1" | "sha256"): string {
  return createHash(digest).update("wrong").digest(encoding);
}
