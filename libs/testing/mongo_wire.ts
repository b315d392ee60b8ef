import { connect } from "node:net";

/** The few BSON types that commands to a test server need. */
export type MongoValue = number | string | readonly MongoValue[] | { [name: string]: MongoValue };

/** Options for {@linkcode mongoCommand}. */
export interface MongoCommandOptions {
  /** Longest wait for the reply, in milliseconds. @default {2_000} */
  timeoutMs?: number;
}

const HEADER_BYTES = 16;
const OP_MSG = 2013;
const BSON_STRING = 2;
const BSON_DOCUMENT = 3;
const BSON_ARRAY = 4;
const BSON_BOOLEAN = 8;
const BSON_INT32 = 16;

/**
 * Sends one command to the MongoDB server on a local port and returns the reply's bytes (OP_MSG, one BSON document).
 * Enough to check whether a server is ready and to initiate its replica set; only the store may import the driver.
 *
 * @throws {Error} if there is no server, or no reply in time.
 */
export function mongoCommand(
  port: number,
  command: { [name: string]: MongoValue },
  options: MongoCommandOptions = {},
): Promise<Buffer> {
  const { timeoutMs = 2_000 } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    const chunks: Buffer[] = [];
    socket.setTimeout(timeoutMs, () => {
      socket.destroy(
        new Error(`Cannot send a command to port ${port}: no reply within ${timeoutMs} ms`),
      );
    });
    socket.on("error", reject);
    socket.on("close", () =>
      reject(new Error(`Cannot send a command to port ${port}: the connection was closed`)),
    );
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      const reply = Buffer.concat(chunks);
      if (reply.length < HEADER_BYTES || reply.length < reply.readInt32LE(0)) return;
      resolve(reply.subarray(HEADER_BYTES));
      socket.destroy();
    });
    socket.write(message(document({ ...command, $db: "admin" })));
  });
}

/** Whether a reply has a boolean field of this name that is true. */
export function replySays(reply: Buffer, name: string): boolean {
  return reply.includes(Buffer.concat([element(BSON_BOOLEAN, name), Buffer.from([1])]));
}

function message(body: Buffer): Buffer {
  // Request id 1, no responseTo, no flags, one section of kind 0.
  const header = Buffer.alloc(HEADER_BYTES + 5);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([header, body]);
}

function document(fields: object): Buffer {
  const elements = Object.entries(fields).map(([name, value]) => encode(name, value));
  const body = Buffer.concat([...elements, Buffer.alloc(1)]);
  return Buffer.concat([int32(body.length + 4), body]);
}

function encode(name: string, value: MongoValue): Buffer {
  if (typeof value === "number") return Buffer.concat([element(BSON_INT32, name), int32(value)]);
  if (typeof value === "string") {
    const text = Buffer.from(`${value}\0`);
    return Buffer.concat([element(BSON_STRING, name), int32(text.length), text]);
  }
  const type = Array.isArray(value) ? BSON_ARRAY : BSON_DOCUMENT;
  return Buffer.concat([element(type, name), document(value)]);
}

function element(type: number, name: string): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
