import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";

/** What an attack is given. */
export interface Target {
  /** The edge's port, on loopback. */
  port: number;
  /** Aborted when the attack is to end. */
  signal: AbortSignal;
}

/** An attack: it runs until its signal is aborted, and returns how many requests or sockets it used. */
export interface Attack {
  name: string;
  run(target: Target): Promise<number>;
}

/** A request that is to be refused. */
export interface Hostile {
  /** The source. */
  to: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Longest wait for one answer, in milliseconds. */
const ANSWER_MS_MAX = 5_000;

/** An attack that sends these requests in turn over so many connections, each the next as soon as one is answered. */
export function flood(name: string, { requests, connections }: FloodOptions): Attack {
  return {
    name,
    async run({ port, signal }) {
      let sent = 0;
      async function sendOn(): Promise<void> {
        while (!signal.aborted) {
          const request = requests[sent % requests.length];
          if (request === undefined) return;
          sent += 1;
          await send(port, request, signal).catch(() => {});
        }
      }
      await Promise.all(Array.from({ length: connections }, sendOn));
      return sent;
    },
  };
}

interface FloodOptions {
  requests: readonly Hostile[];
  connections: number;
}

async function send(port: number, { to, headers, body }: Hostile, signal: AbortSignal) {
  const response = await fetch(`http://127.0.0.1:${port}/api/webhooks/${to}`, {
    method: "POST",
    headers,
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
  });
  await response.arrayBuffer();
}

/** Opens sockets that send a byte of a head now and then, and opens others for those that are closed. */
export function slowSockets(name: string, { sockets }: { sockets: number }): Attack {
  return {
    name,
    async run({ port, signal }) {
      const open = new Set<Socket>();
      let opened = 0;
      while (!signal.aborted) {
        for (let more = 0; open.size < sockets && more < 100; more += 1) {
          const socket = connect({ port, host: "127.0.0.1" });
          open.add(socket);
          opened += 1;
          socket.on("error", () => {}).on("close", () => open.delete(socket));
          socket.write("POST /api/webhooks/bench HTTP/1.1\r\nHost: a\r\nX-Slow: ");
        }
        for (const socket of open) socket.write("a");
        await pause(200, signal);
      }
      for (const socket of open) socket.destroy();
      return opened;
    },
  };
}

/** Waits, or until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}

/** A signature of the right length that matches nothing. */
export function wrongSignature(encoding: "hex" | "base64", digest: "sha1" | "sha256"): string {
  return createHash(digest).update("wrong").digest(encoding);
}
