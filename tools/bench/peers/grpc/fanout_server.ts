/**
 * The peer of the row `fanout`: grpc-js and nothing else. Each reader gets the same number of events from memory, at most
 * `WINDOW` of them unanswered, and the stream ends when all are answered. At most `BATCH` events share a message.
 */
import { createHash, randomUUID } from "node:crypto";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { Fanout, type FanoutRequest, type FanoutResponse } from "./fanout.ts";

const [events, bytes, window, batch] = ["EVENTS", "BYTES", "WINDOW", "BATCH"].map((name) =>
  Number(process.env[name]),
) as [number, number, number, number];
const headers = Buffer.from("content-type: application/json\r\nuser-agent: hookgate-tools\r\n");

function makeEvent(number: number) {
  const body = Buffer.from(`{"n":${number}}`.padEnd(bytes, " "));
  const sha256 = createHash("sha256").update(body).digest();
  return { id: randomUUID(), type: "payment.success", source: "tools", headers, body, sha256 };
}

const all = Array.from({ length: events }, (_, number) => makeEvent(number));

function read(call: ServerDuplexStream<FanoutRequest, FanoutResponse>): void {
  const unanswered = new Set<string>();
  let sent = 0;
  let blocked = false;
  const fill = () => {
    while (!blocked && sent < events && unanswered.size < window) {
      const share = all.slice(sent, sent + Math.min(batch, window - unanswered.size));
      sent += share.length;
      for (const { id } of share) unanswered.add(id);
      blocked = !call.write({ events: share });
    }
  };
  call.on("drain", () => {
    blocked = false;
    fill();
  });
  call.on("data", ({ acks }: FanoutRequest) => {
    for (const id of acks) unanswered.delete(id);
    if (sent === events && unanswered.size === 0) call.end();
    else fill();
  });
  fill();
}

const server = new Server();
server.addService(Fanout.service, { Read: read });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`ready fanout ${port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
