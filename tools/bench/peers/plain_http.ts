/** Peer R3: `node:http`, the raw body and its HMAC, without storage: the ceiling of any edge on Node. */
import { createServer } from "node:http";
import { isSigned } from "./check_signature.ts";

const secret = process.env["BENCH_SECRET"] ?? "";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
    const ok = isSigned(body, request.headers["x-webhook-signature"]?.toString(), secret);
    response.writeHead(ok ? 200 : 401, { "content-type": "application/json" });
    response.end(ok ? `{"received":true}` : `{"error":"unauthorized"}`);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") process.stdout.write(`ready plain ${address.port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
