import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { readMessage } from "./read_message.ts";

/** Longest sentence about a message that cannot be read, in characters. */
const PROBLEM_CHARS_MAX = 300;

/** Options for {@linkcode StdioTransport}. */
export interface StdioTransportOptions {
  /** Largest message of a client, in bytes; a larger one ends it. */
  messageBytesMax: number;
}

/** A message per line in and out. What cannot be read as one is answered with why: the SDK's own transport leaves its caller waiting. */
export class StdioTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onerror?: (error: Error) => void;
  onclose?: () => void;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #messageBytesMax: number;
  #rest: Uint8Array = new Uint8Array();

  constructor(input: Readable, output: Writable, { messageBytesMax }: StdioTransportOptions) {
    this.#input = input;
    this.#output = output;
    this.#messageBytesMax = messageBytesMax;
  }

  async start(): Promise<void> {
    this.#input.on("data", this.#read);
    this.#input.on("error", this.#fail);
  }

  async send(message: object): Promise<void> {
    if (this.#output.write(`${JSON.stringify(message)}\n`)) return;
    await new Promise((resolve) => this.#output.once("drain", resolve));
  }

  async close(): Promise<void> {
    this.#input.off("data", this.#read);
    this.#input.off("error", this.#fail);
    this.#input.pause();
    this.onclose?.();
  }

  readonly #fail = (error: Error) => this.onerror?.(error);

  readonly #read = (chunk: Uint8Array) => {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf("\n"); end >= 0; end = bytes.indexOf("\n", from)) {
      const line = bytes.toString("utf8", from, end).trim();
      from = end + 1;
      if (line !== "") this.#take(line);
    }
    this.#rest = bytes.subarray(from);
    if (this.#rest.length <= this.#messageBytesMax) return;
    this.onerror?.(new RangeError(`a message is larger than ${this.#messageBytesMax} bytes`));
    void this.close();
  };

  #take(line: string): void {
    const message = readMessage(line);
    if (!("problem" in message)) {
      this.onmessage?.(message);
      return;
    }
    const { code, id } = message;
    const problem = message.problem.slice(0, PROBLEM_CHARS_MAX).toWellFormed();
    this.onerror?.(new SyntaxError(problem));
    if (id === undefined) return;
    void this.send({ jsonrpc: "2.0", id, error: { code, message: problem } });
  }
}
