import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { ServerCertificate } from "@hookgate/testing";

/** A request as it was received. */
export interface SeenRequest {
  /** By lower-case name. */
  headers: Record<string, string>;
  body: Buffer;
  /** Which connection brought it: 0 for the first. */
  connection: number;
}

/** Answers one request after its body was read. */
export type Answering = (response: ServerResponse, request: IncomingMessage) => void;

/** Options for {@linkcode EndpointServer.start}. */
export interface EndpointServerOptions {
  /** Serves https with it. @default {null} */
  certificate?: ServerCertificate | null;
  /** @default {"127.0.0.1"} */
  address?: string;
}

/** An endpoint that answers as a test says, and keeps the requests. */
export class EndpointServer {
  readonly seen: SeenRequest[] = [];
  /** Every connection so far, open or not. */
  readonly connections: Socket[] = [];
  readonly #answers: Answering[];
  readonly #server: ReturnType<typeof createServer>;
  #scheme = "http";

  private constructor(answers: Answering[], { certificate = null }: EndpointServerOptions) {
    this.#answers = answers;
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.#serve(request, response);
    this.#server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
    if (certificate) this.#scheme = "https";
    this.#server.on("connection", (socket) => {
      socket.on("error", () => {});
      this.connections.push(socket);
    });
  }

  /** Starts one that gives these answers in order, and then the last one for ever. */
  static async start(
    answers: Answering | Answering[],
    options: EndpointServerOptions = {},
  ): Promise<EndpointServer> {
    const server = new EndpointServer([answers].flat(), options);
    server.#server.listen(0, options.address ?? "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Its URL with this host name. */
  url(hostname = "127.0.0.1"): string {
    return `${this.#scheme}://${hostname}:${this.port}/hooks?a=b`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.connections) socket.destroy();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The client has given up.
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const connection = this.connections.findIndex(
      ({ remotePort }) => remotePort === request.socket.remotePort,
    );
    this.seen.push({ headers, body: Buffer.concat(chunks), connection });
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    answer?.(response, request);
  }
}

/** Answers with a status, headers and a body. */
export function answer(
  status: number,
  { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Answering {
  return (response) => response.writeHead(status, headers).end(body);
}
