/** Yardstick: `node:http`, the raw body and its HMAC, without storage. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env["BENCH_SECRET"] ?? "";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
    const given = String(request.headers["x-webhook-signature"]).replace("sha256=", "");
    const mac = Buffer.from(given, "hex");
    const expected = createHmac("sha256", secret).update(body).digest();
    const ok = mac.length === expected.length && timingSafeEqual(mac, expected);
    response.writeHead(ok ? 200 : 401, { "content-type": "application/json" });
    response.end(ok ? `{"received":true}` : `{"error":"unauthorized"}`);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") process.stdout.write(`ready plain ${address.port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
