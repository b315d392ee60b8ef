import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { networkOf, unmapped } from "@hookgate/types";
import { answerSocket, type SocketAnswer } from "./answer_socket.ts";
import { RETRY_AFTER_SECONDS } from "./request/answers.ts";

/** Connections above the bound that are accepted for the moment that closing another takes. */
const CONNECTIONS_SLACK = 64;

/** Closed at once, as a share of the bound: finding the idlest looks at all of them. */
const CLOSED_SHARE = 0.01;

/** That there is no room is our fault. */
const FULL: SocketAnswer = {
  status: 503,
  error: "overloaded",
  message: "Too many connections are open. Try again later.",
  retryAfterSeconds: RETRY_AFTER_SECONDS,
};

/** Bounds for {@linkcode Connections}. */
export interface ConnectionBounds {
  /** Connections at once: what the configuration allows, and the limit of open files. */
  connectionsMax: number;
  /** Of one IPv4 address or IPv6 /64. */
  connectionsPerAddress: number;
  /** Whether an address is a trusted proxy's, which may have all of them. */
  isProxy: (address: string) => boolean;
}

/** Options for {@linkcode Connections}. */
export interface ConnectionsOptions {
  bounds: ConnectionBounds;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

interface Connection {
  socket: Socket;
  network: string;
  /** The turn of the counter when it last began or ended a request. */
  usedAt: number;
  /** Whether it has not had a request yet. */
  isNew: boolean;
  /** Requests under way: more than one if they were pipelined. */
  requests: number;
  /** The latest of them. */
  request: IncomingMessage | null;
}

/** Open connections. When all are taken, the idlest is closed for a new one; an address has a share. */
export class Connections {
  /** Replaced by a reload. */
  bounds: ConnectionBounds;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #all = new Map<Socket, Connection>();
  readonly #byNetwork = new Map<string, Set<Connection>>();
  #turn = 0;

  constructor({ bounds, log, monotonic }: ConnectionsOptions) {
    this.bounds = bounds;
    this.#log = log;
    this.#lines = new LineBudget({ monotonic, linesMax: 1 });
  }

  /** Watches a server's connections. */
  watch(server: Server): void {
    server.on("connection", (socket) => this.#add(socket));
    server.on("drop", (drop) => {
      this.#note({ address: drop?.remoteAddress }, "connection dropped, all are taken");
    });
    this.apply(server);
  }

  /** Sets the server's own bound, which is above ours: it refuses new ones, no matter who holds the others. */
  apply(server: Server): void {
    server.maxConnections = this.bounds.connectionsMax + CONNECTIONS_SLACK;
  }

  /** A request begins on its connection. */
  begin(request: IncomingMessage): void {
    const connection = this.#all.get(request.socket);
    if (connection === undefined) return;
    this.#turn += 1;
    connection.usedAt = this.#turn;
    connection.isNew = false;
    connection.requests += 1;
    connection.request = request;
  }

  /** It is answered. */
  end(request: IncomingMessage): void {
    const connection = this.#all.get(request.socket);
    if (connection === undefined) return;
    this.#turn += 1;
    connection.usedAt = this.#turn;
    connection.requests -= 1;
    if (connection.requests === 0) connection.request = null;
  }

  #add(socket: Socket): void {
    const address = unmapped(socket.remoteAddress ?? "unknown");
    const network = networkOf(address);
    const own = this.#byNetwork.get(network) ?? new Set();
    this.#turn += 1;
    const usedAt = this.#turn;
    const connection = { socket, network, usedAt, isNew: true, requests: 0, request: null };
    this.#all.set(socket, connection);
    this.#byNetwork.set(network, own.add(connection));
    socket.once("close", () => this.#delete(connection));
    const { connectionsMax, connectionsPerAddress, isProxy } = this.bounds;
    if (own.size > connectionsPerAddress && !isProxy(address)) {
      this.#close(own, {
        count: Math.ceil(connectionsPerAddress * CLOSED_SHARE),
        message: "an address has its share of connections, closed its idlest",
      });
    }
    if (this.#all.size > connectionsMax) {
      const count = Math.ceil(connectionsMax * CLOSED_SHARE);
      this.#close(this.#all.values(), {
        count,
        message: "all connections are taken, closed the idlest",
      });
    }
  }

  #delete(connection: Connection): void {
    this.#all.delete(connection.socket);
    const own = this.#byNetwork.get(connection.network);
    own?.delete(connection);
    if (own?.size === 0) this.#byNetwork.delete(connection.network);
  }

  /** Closes those that wait for nothing of ours, the idlest first, then those that send slowest; at last the newest. */
  #close(
    among: Iterable<Connection>,
    { count, message }: { count: number; message: string },
  ): void {
    const candidates = [...among].sort((a, b) => rank(a) - rank(b) || a.usedAt - b.usedAt);
    const closable = candidates.filter((connection) => rank(connection) < WORKED_ON);
    // All are being worked on: the new one has to go.
    const closed = closable.length > 0 ? closable.slice(0, count) : candidates.slice(-1);
    for (const connection of closed) {
      this.#delete(connection);
      // An idle one is simply closed: its client knows that this may happen at any time.
      if (connection.isNew || connection.requests > 0) answerSocket(connection.socket, FULL);
      else connection.socket.destroy();
    }
    this.#note({ closed: closed.length, address: closed[0]?.socket.remoteAddress }, message);
  }

  #note(fields: object, message: string): void {
    const omitted = this.#lines.take();
    if (omitted !== null) this.#log.warn({ ...fields, omitted }, message);
  }
}

const WORKED_ON = 2;

/** 0: idle. 1: its request is still coming. 2: its request is being worked on. */
function rank({ requests, request }: Connection): number {
  if (requests === 0) return 0;
  return request?.complete === false ? 1 : WORKED_ON;
}
