import { createHmac, timingSafeEqual } from "node:crypto";
import { handleEvent } from "../../../lib/handle_event.ts";

// Not at the edge of a network: node:crypto, and whatever the handler uses.
export const runtime = "nodejs";

const TOLERANCE_S = 300;

export async function POST(request: Request): Promise<Response> {
  // The exact bytes: what is signed is not what JSON.parse would make of them.
  const body = Buffer.from(await request.arrayBuffer());
  if (!isSigned(request.headers, body))
    return Response.json({ error: "signature" }, { status: 401 });
  const id = request.headers.get("webhook-id") ?? "";
  await handleEvent({ id, content: JSON.parse(body.toString("utf8")) });
  return new Response(null, { status: 204 });
}

/** Standard Webhooks: an HMAC of id, time and body. */
function isSigned(headers: Headers, body: Buffer): boolean {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) <= TOLERANCE_S)) return false;
  const expected = createHmac("sha256", process.env["HOOKS_SECRET"] ?? "")
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest();
  // Several while the secret is changed.
  const given = (headers.get("webhook-signature") ?? "").split(" ");
  return given.some((one) => {
    const [version, signature = ""] = one.split(",");
    const bytes = Buffer.from(signature, "base64");
    return version === "v1" && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}
