import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * What becomes of a request: `pass`; `drop`, it never reaches the server; `lose`, the server does it and the answer is lost.
 * In both of the latter the connection breaks.
 */
export type MongoFault = "pass" | "drop" | "lose";

/** A proxy in front of a MongoDB server, which loses or delays what a test wants. */
export interface MongoProxy extends AsyncDisposable {
  /** Names no database, like the server's. */
  readonly uri: string;
}

/** Options for {@linkcode startMongoProxy}. */
export interface StartMongoProxyOptions {
  /** Decides about a request by its command (`commitTransaction`), at once or when its promise resolves. */
  decide: (command: string) => MongoFault | Promise<MongoFault>;
}

const HEADER_BYTES = 16;
const OP_MSG = 2013;

/** Starts a proxy in front of the server of `uri`. */
export async function startMongoProxy(
  uri: string,
  { decide }: StartMongoProxyOptions,
): Promise<MongoProxy> {
  const { hostname, port } = new URL(uri.replace("mongodb:", "http:"));
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let isLost = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
      socket.on("close", () => sockets.delete(socket));
    }
    let turn: Promise<void> = Promise.resolve();
    onMessages(client, (message) => {
      turn = turn.then(async () => {
        const fault = await decide(commandOf(message));
        if (fault === "drop") return end();
        if (fault === "lose") isLost = true;
        upstream.write(message);
      });
    });
    upstream.on("data", (chunk) => {
      if (isLost) end();
      else client.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("Cannot start the proxy: no port");
  return {
    // Otherwise the driver would connect to the member that the server says it is.
    uri: `mongodb://127.0.0.1:${address.port}/?directConnection=true`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls back with each whole message of a socket. */
function onMessages(socket: Socket, callback: (message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readInt32LE(0);
      if (rest.length < length) return;
      callback(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
}

/** The first key of a message's document; empty for the older form of a connection's first message. */
function commandOf(message: Buffer): string {
  if (message.readInt32LE(12) !== OP_MSG) return "";
  // Flags, the kind of the first section, the document's length, the type of its first value.
  const from = HEADER_BYTES + 4 + 1 + 4 + 1;
  return message.toString("utf8", from, message.indexOf(0, from));
}
