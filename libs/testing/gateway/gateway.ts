import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Delivery, Handler, HandlerEvent, HandlerLog } from "@hookgate/types";
import { nodeFor } from "../../config/ensure_node.cjs";
import { durationMs } from "./duration_ms.ts";
import type {
  Answers,
  Call,
  FromGateway,
  RunMessage,
  SentEvent,
  StartCall,
  ThrownError,
  ToGateway,
} from "./protocol.ts";

const MAIN = fileURLToPath(
  new URL("../../../apps/cli/testing/test_gateway_main.ts", import.meta.url),
);

/** Time to end by itself before it is killed, in milliseconds. */
const STOP_MS_MAX = 5_000;

/** Options for {@linkcode gateway}. */
export interface GatewayOptions {
  /**
   * Who gets which events, by type or pattern such as `payment.*`: a function, which runs in the test's own process, or the
   * path of a handler's file, which runs as in production.
   *
   * @default {{}}
   */
  // biome-ignore lint/suspicious/noExplicitAny: the test knows what its events hold.
  handlers?: Readonly<Record<string, Handler<any> | string>>;
  /**
   * Sources as in `hookgate.config.ts`, by name. A provider that needs nothing but a secret is not listed: `send()` makes a
   * source of its name.
   *
   * @default {{}}
   */
  sources?: Readonly<Record<string, object>>;
  /** Path of your own configuration, instead of `handlers` and `sources`; with it, `.env` is read. */
  config?: string;
  /** What it logs. @default {"fatal"} */
  logLevel?: string;
}

/** A whole gateway that runs for a test, with an empty store. */
export interface TestGateway extends AsyncDisposable {
  /** Where it takes webhooks: `http://localhost:<port>/api/webhooks`. */
  readonly url: string;
  /**
   * Posts a signed event as the source's provider would. `data` takes the place of the sample body's `data`; where it has
   * none, of those of its members that `data` names.
   *
   * @throws {Error} if the gateway does not accept it.
   */
  send(source: string, type: string, data?: unknown): Promise<SentEvent>;
  /** The deliveries of an event, as they are now. */
  deliveries(event: string | Pick<SentEvent, "id">): Promise<Delivery[]>;
  /**
   * Resolves to the deliveries of an event once all of them are delivered.
   *
   * @throws {Error} if one is dead, nobody wants the event, or it takes longer than `timeoutMs`, 10 seconds unless said otherwise.
   */
  delivered(
    event: string | Pick<SentEvent, "id">,
    options?: { timeoutMs?: number },
  ): Promise<Delivery[]>;
  readonly clock: {
    /**
     * Makes every retry that is due within this time, such as `"5m"` or milliseconds, and those that follow from it, happen now.
     * Resolves once they have been made.
     */
    advance(duration: string | number): Promise<void>;
  };
  /** Stops it and deletes its store. */
  close(): Promise<void>;
}

/** Starts a gateway on free ports, on a store of its own. It has to be closed; `await using` does that. */
export async function gateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const { config, sources = {}, handlers = {}, logLevel = "fatal" } = options;
  if (config !== undefined && Object.keys({ ...sources, ...handlers }).length > 0) {
    throw new TypeError("Cannot start a gateway: `config` already says its sources and handlers");
  }
  const running = new GatewayProcess(handlers);
  const start: StartCall = {
    config: config === undefined ? null : resolve(config),
    sources,
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([pattern, handler]) => {
        return [pattern, typeof handler === "string" ? resolve(handler) : null];
      }),
    ),
    logLevel,
  };
  try {
    const { url } = await running.call({ call: "start", options: start });
    return asTestGateway(running, url);
  } catch (error) {
    await running.close();
    throw error;
  }
}

function asTestGateway(running: GatewayProcess, url: string): TestGateway {
  const close = () => running.close();
  return {
    url,
    send: (source, type, data) => running.call({ call: "send", source, type, data }),
    deliveries: (event) => running.call({ call: "deliveries", eventId: idOf(event) }),
    delivered: (event, { timeoutMs = 10_000 } = {}) =>
      running.call({ call: "delivered", eventId: idOf(event), timeoutMs }),
    clock: {
      advance: (duration) => running.call({ call: "advance", ms: durationMs(duration) }),
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function idOf(event: string | Pick<SentEvent, "id">): string {
  return typeof event === "string" ? event : event.id;
}

/** The process of one gateway, and the calls that it has not answered yet. */
class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #handlers: NonNullable<GatewayOptions["handlers"]>;
  readonly #calls = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  readonly #attempts = new Map<number, AbortController>();
  #last = 0;
  #ended: string | null = null;

  constructor(handlers: NonNullable<GatewayOptions["handlers"]>) {
    this.#handlers = handlers;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    this.#child = spawn(nodeFor(MAIN), [MAIN], {
      env,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    this.#child.on("message", (message: FromGateway) => this.#receive(message));
    this.#child.on("error", ({ message }) => this.#fail(message));
    this.#child.on("exit", (code, signal) => this.#fail(`${signal ?? `exit code ${code}`}`));
  }

  call<Name extends Call["call"]>(call: Call & { call: Name }): Promise<Answers[Name]> {
    if (this.#ended !== null) return Promise.reject(new Error(gone(call.call, this.#ended)));
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#send({ id, ...call });
    });
  }

  async close(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    const killing = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS_MAX);
    await ended;
    clearTimeout(killing);
  }

  #send(message: ToGateway): void {
    // What cannot be sent any more is accounted for when the process ends.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #receive(message: FromGateway): void {
    if ("run" in message) {
      void this.#run(message);
      return;
    }
    if ("aborted" in message) {
      this.#attempts.get(message.aborted)?.abort();
      return;
    }
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if ("error" in message) call?.reject(new Error(message.error));
    else call?.resolve(message.value as never);
  }

  async #run({ run, pattern, event, context }: RunMessage): Promise<void> {
    const handler = this.#handlers[pattern] as Handler;
    const attempt = new AbortController();
    this.#attempts.set(run, attempt);
    let error: ThrownError | null = null;
    try {
      await handler(own(event), { ...context, signal: attempt.signal, log: SILENT });
    } catch (thrown) {
      error = describe(thrown);
    }
    this.#attempts.delete(run);
    this.#send({ ran: run, error });
  }

  #fail(how: string): void {
    this.#ended = how;
    for (const { reject } of this.#calls.values()) reject(new Error(gone("go on", how)));
    this.#calls.clear();
  }
}

function gone(what: string, how: string): string {
  return `Cannot ${what}: the gateway has ended (${how})`;
}

/** The same with this realm's own classes: test runners run tests in a realm of their own, where `instanceof` tells them apart. */
function own(event: HandlerEvent): HandlerEvent {
  const { receivedAt, body } = event;
  return { ...event, receivedAt: new Date(receivedAt), body: new Uint8Array(body) };
}

/** A handler's own log is for the operator, and here is none: what a test wants to see it asserts. */
const SILENT: HandlerLog = { debug() {}, info() {}, warn() {}, error() {} };

function describe(thrown: unknown): ThrownError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), stack: "" };
  const { name, message, stack = "" } = thrown;
  const { retry } = thrown as { retry?: unknown };
  return { name, message, stack, ...(typeof retry === "boolean" && { retry }) };
}
