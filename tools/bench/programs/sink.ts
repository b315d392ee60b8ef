/**
 * An endpoint for measurements as a separate process. `/healthy` answers 200 and records how long each delivery took since
 * its body was made; `/bad` behaves as last set by `/mode/<mode>`; `/stats` returns what was recorded since `/begin`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createHistogram } from "node:perf_hooks";
import type { BadMode, SinkStats } from "../live_load.ts";

const HUGE_BYTES = 100 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, "x");
const MADE_AT = /"at":(\d{13})/;

let mode: BadMode = "fine";
let latencies = newHistogram();
let events = new Set<string>();
let lastAt: number | null = null;

function newHistogram() {
  return createHistogram({ lowest: 1, highest: 600_000, figures: 3 });
}

function note(request: IncomingMessage, body: string): void {
  const madeAt = Number(MADE_AT.exec(body)?.[1] ?? Date.now());
  latencies.record(Math.max(1, Date.now() - madeAt));
  events.add(String(request.headers["webhook-id"]));
  lastAt = Date.now();
}

function behave(response: ServerResponse): void {
  if (mode === "fine") response.end("ok");
  if (mode === "500") response.writeHead(500).end("broken");
  if (mode === "reset") response.socket?.resetAndDestroy();
  if (mode === "redirect") {
    response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
  }
  if (mode === "drip") {
    const dripping = setInterval(() => response.write("x"), 1_000);
    response.on("close", () => clearInterval(dripping));
  }
  if (mode === "huge") pour(response, HUGE_BYTES);
}

function pour(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= CHUNK.length;
      if (!response.write(CHUNK)) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}

function stats(): SinkStats {
  const found = {
    deliveries: latencies.count,
    events: events.size,
    p50Ms: latencies.percentile(50),
    p99Ms: latencies.percentile(99),
    quietMs: lastAt === null ? null : Date.now() - lastAt,
  };
  return found;
}

const server = createServer((request, response) => {
  const path = request.url ?? "/";
  if (path === "/stats") {
    response.end(JSON.stringify(stats()));
    return;
  }
  if (path === "/begin") {
    latencies = newHistogram();
    events = new Set();
    lastAt = null;
    response.end();
    return;
  }
  if (path.startsWith("/mode/")) {
    mode = path.slice("/mode/".length) as BadMode;
    response.end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (path === "/bad") {
      behave(response);
      return;
    }
    note(request, Buffer.concat(chunks).toString("latin1"));
    response.end("ok");
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : 0;
  process.stdout.write(`ready ${port}\n`);
});
