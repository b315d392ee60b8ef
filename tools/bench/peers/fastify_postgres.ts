/**
 * Peer R2: Fastify with the raw body, its HMAC, and rows of PostgreSQL, written in batches with a unique index. A commit is
 * synced before it is answered. Two batches are in flight, each of what has arrived since the last.
 */
import { createHash } from "node:crypto";
import fastify from "fastify";
import pg from "pg";
import { isSigned } from "./check_signature.ts";

const BATCH_ROWS_MAX = 256;
const BATCHES_IN_FLIGHT_MAX = 2;

const secret = process.env["BENCH_SECRET"] ?? "";
const pool = new pg.Pool({
  host: process.env["POSTGRES_SOCKET"] ?? "",
  user: "bench",
  database: "postgres",
  max: BATCHES_IN_FLIGHT_MAX,
});
await pool.query(`CREATE TABLE IF NOT EXISTS events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key bytea NOT NULL UNIQUE, type text NOT NULL,
  headers bytea NOT NULL, body bytea NOT NULL, received_at timestamptz NOT NULL DEFAULT now())`);

interface Row {
  key: Buffer;
  type: string;
  headers: Buffer;
  body: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const rows: Row[] = [];
let inFlight = 0;

function store(row: Omit<Row, "resolve" | "reject">): Promise<void> {
  return new Promise((resolve, reject) => {
    rows.push({ ...row, resolve, reject });
    if (rows.length === 1) setImmediate(writeNext);
  });
}

async function writeNext(): Promise<void> {
  if (inFlight >= BATCHES_IN_FLIGHT_MAX || rows.length === 0) return;
  inFlight += 1;
  const batch = rows.splice(0, BATCH_ROWS_MAX);
  try {
    await pool.query({
      name: "insert",
      text: `INSERT INTO events (key, type, headers, body)
        SELECT * FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::bytea[]) ON CONFLICT (key) DO NOTHING`,
      values: [
        batch.map(({ key }) => key),
        batch.map(({ type }) => type),
        batch.map(({ headers }) => headers),
        batch.map(({ body }) => body),
      ],
    });
    for (const { resolve } of batch) resolve();
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
  inFlight -= 1;
  void writeNext();
}

const app = fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.post("/", async (request, reply) => {
  const body = request.body as Buffer;
  if (!isSigned(body, request.headers["x-webhook-signature"]?.toString(), secret)) {
    return reply.code(401).send({ error: "unauthorized" });
  }
  const { type } = JSON.parse(body.toString()) as { type: string };
  const key = createHash("sha256").update(body).digest();
  const headers = Buffer.from(request.raw.rawHeaders.join("\n"));
  await store({ key, type, headers, body });
  return { received: true };
});
const url = await app.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`ready peer ${new URL(url).port}\n`);
process.once("SIGTERM", () => process.exit(0));
