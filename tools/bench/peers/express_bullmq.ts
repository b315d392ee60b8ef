/**
 * Peer R1: Express with the raw body, its HMAC, and a job of BullMQ for each event. Redis syncs its log before it answers.
 * The job's id is the body's SHA-256, so that a body which was sent twice is one job.
 */
import { createHash } from "node:crypto";
import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";
import { isSigned } from "./check_signature.ts";

const secret = process.env["BENCH_SECRET"] ?? "";
const connection = new Redis({
  path: process.env["REDIS_SOCKET"] ?? "",
  maxRetriesPerRequest: null,
  enableAutoPipelining: true,
});
const queue = new Queue("events", { connection });
const app = express().disable("x-powered-by").disable("etag");

app.post("/", express.raw({ type: () => true, limit: "1mb" }), async (request, response) => {
  const body: Buffer = request.body;
  if (!isSigned(body, request.get("x-webhook-signature"), secret)) {
    response.status(401).json({ error: "unauthorized" });
    return;
  }
  const { type } = JSON.parse(body.toString()) as { type: string };
  const data = { headers: request.rawHeaders, body: body.toString("latin1") };
  await queue.add(type, data, {
    jobId: createHash("sha256").update(body).digest("hex"),
    removeOnComplete: { count: 1_000 },
  });
  response.json({ received: true });
});

const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") process.stdout.write(`ready peer ${address.port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
