import { userInfo } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { type Subscriber, subscribe } from "@hookgate/client";
import { RpcError } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, type Input, type OutputError, tell, write } from "../cli.ts";
import type { JsonOption } from "../show/answer.ts";
import { showText } from "../show/show_text.ts";
import { type PostedEvent, postLocally } from "../trial/post_locally.ts";
import { askDispatcher, reachDispatcher } from "./ask_dispatcher.ts";
import { parseUrl } from "./options.ts";
import { tellUnknownNames } from "./pages.ts";
import { resultJson, resultLine } from "./replay_to.ts";

/** Between two tries while nothing listens at the local URL, in milliseconds. */
const REFUSED_MS = 1_000;

/** Longest time for one event, in milliseconds: somebody may stand at a breakpoint. */
const EVENT_MS_MAX = 900_000;

interface ListenOptions extends JsonOption {
  to: URL;
  source?: string[];
  type?: string[];
  name?: string;
}

/** An event that was posted, to be posted again. */
interface Posted {
  id: string;
  source: string;
  type: string;
  event: PostedEvent;
}

/** Adds `hookgate listen`: events go on to a server on this machine, until Ctrl-C. */
export function addListen(program: Command, cli: Cli): void {
  program
    .command("listen")
    .description("pass events on to a server on this machine, byte for byte, until Ctrl-C")
    .requiredOption("--to <url>", "where to, such as http://localhost:3000/hooks", parseUrl)
    .option("--source <source...>", "only from these sources, exact or with *")
    .option("--type <type...>", "only of these types, exact or with *")
    .option("--name <name>", "the listener's own name; one that is given is kept at the end")
    .option("--json", "one JSON object per line")
    .action((options: ListenOptions) => listen(options, cli));
}

async function listen(options: ListenOptions, cli: Cli): Promise<void> {
  const { to, source = ["*"], type = ["*"] } = options;
  const name = options.name ?? ownName();
  await requireDispatcher(options, cli);
  const { address, security } = await reachDispatcher(cli);
  const listener = new Listener(to, options, cli);
  const subscriber = subscribe(
    {
      ...{ address, name, events: type, sources: source, concurrency: 1, timeoutMs: EVENT_MS_MAX },
      ...(security.token !== null && { token: security.token }),
      ...(security.tls && { tls: withoutNulls(security.tls) }),
      log: {
        info: () => void listener.connected(),
        warn: (_fields, message) => void listener.warn(message),
      },
    },
    (event, { deliveryId, attempt, signal }) => {
      const { id, headers, body } = event;
      const marks = {
        "hookgate-event": id,
        "hookgate-delivery": deliveryId,
        "hookgate-attempt": String(attempt),
      };
      const posted = { headers: Object.entries(headers), body, marks };
      return listener.pass({ id, source: event.source, type: event.type, event: posted }, signal);
    },
  );
  const forget = cli.onInterrupt(() => listener.interrupt());
  listener.ended.addEventListener("abort", () => void close(subscriber));
  listener.left.addEventListener("abort", () => subscriber.leave());
  const stopKeys = listenForKeys(listener, cli);
  try {
    const keys = hasKeyboard(cli.stdin) ? "; r repeats the last one" : "";
    const begun = `Listening as ${showText(name)}: events go to ${to.href}${keys}\n`;
    // Both reject if it is refused.
    await Promise.all([subscriber.opened.then(() => tell(cli, begun)), subscriber.closed]).catch(
      (error: Error) => {
        if (listener.ended.aborted) return;
        throw new CliError(`Cannot listen as ${name}: ${error.message}`, { cause: error });
      },
    );
    stopKeys();
    if (options.name === undefined) await removeName(name, cli);
  } finally {
    stopKeys();
    forget();
  }
  if (listener.unwritable !== null) throw listener.unwritable;
}

/** A subscriber would wait for a dispatcher, or for a source, but one that is not there at the start is rather a mistake. */
async function requireDispatcher(
  { source = [], type = [] }: ListenOptions,
  cli: Cli,
): Promise<void> {
  try {
    await askDispatcher(cli, "listen", async (admin) => {
      await admin.getHealth({});
      await tellUnknownNames(admin, { sources: source, types: type }, cli);
    });
  } catch (error) {
    const { cause } = error as CliError;
    // A token for subscribing may not ask for more, and was answered.
    if (!(cause instanceof RpcError && cause.code === "PERMISSION_DENIED")) throw error;
  }
}

/** A name that nobody else has: listeners of one name share its events. */
function ownName(): string {
  const user = userInfo().username.replace(/[^\w-]/g, "") || "somebody";
  return `listen-${user}-${crypto.randomUUID().slice(0, 8)}`;
}

async function close(subscriber: Subscriber): Promise<void> {
  // `closed` says what went wrong.
  await subscriber.close().catch(() => {});
}

/** It would expire by itself, but until then events would wait for it. */
async function removeName(name: string, cli: Cli): Promise<void> {
  const reason = "its listener has ended";
  await askDispatcher(cli, "remove the listener", async (admin) => {
    for (let done = false; !done; ) done = (await admin.deleteSubscription({ name, reason })).done;
  }).catch((error: unknown) => tell(cli, `${showText(String((error as Error).message))}\n`));
}

/** Passes events on and remembers the last one. */
class Listener {
  readonly #to: URL;
  readonly #cli: Cli;
  readonly #line: typeof resultLine;
  readonly #ending = new AbortController();
  readonly #leaving = new AbortController();
  #isPosting = false;
  /** The last warning since it connected. */
  #told = "";
  #last: Posted | null = null;
  /** Why it has ended, if nobody takes what it says. */
  unwritable: OutputError | null = null;

  constructor(to: URL, { json }: JsonOption, cli: Cli) {
    this.#to = to;
    this.#line = json ? resultJson : resultLine;
    this.#cli = cli;
  }

  /** Aborted when nothing more is to be passed on. What is being posted goes on. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  /** Aborted when what is being posted is not waited for either: it is with whoever listens under this name next. */
  get left(): AbortSignal {
    return this.#leaving.signal;
  }

  end(): void {
    this.#ending.abort(new Error("the listener has ended"));
    if (!this.#isPosting) this.#leaving.abort();
  }

  /** Ends it. Once more it leaves what is being posted, which nobody may ever answer. */
  interrupt(): void {
    if (this.ended.aborted) this.#leaving.abort();
    else this.end();
    if (this.left.aborted) return;
    const { host } = this.#to;
    void tell(this.#cli, `Waiting for ${host} to answer; Ctrl-C again does not wait\n`);
  }

  /** What goes wrong because it ends need not be told, nor each try to connect again. */
  async warn(message: string): Promise<void> {
    if (this.ended.aborted || this.#told === message) return;
    this.#told = message;
    await tell(this.#cli, `${showText(message)}\n`);
  }

  async connected(): Promise<void> {
    if (this.#told !== "") await tell(this.#cli, "connected again\n");
    this.#told = "";
  }

  /**
   * Posts an event and says what came of it. While nothing listens there it waits. Whatever is answered counts as delivered:
   * what a laptop refuses is not tried again by itself.
   */
  async pass(posted: Posted, signal: AbortSignal): Promise<void> {
    this.#last = posted;
    let isWaiting = false;
    for (;;) {
      this.#isPosting = true;
      const result = await postLocally(this.#to, posted.event, { signal });
      if (result.kind !== "refused" || signal.aborted) {
        await this.#say(this.#line(posted, result));
        this.#isPosting = false;
        // The event goes to the listener again, after it has reconnected, or to the next one.
        if (signal.aborted) throw new Error("the connection was lost");
        return;
      }
      this.#isPosting = false;
      if (!isWaiting) await tell(this.#cli, `Nothing listens at ${this.#to.origin}: waiting\n`);
      isWaiting = true;
      await delay(REFUSED_MS, undefined, { signal });
    }
  }

  /** Posts the last event again. */
  async repeat(): Promise<void> {
    if (this.#last === null) return tell(this.#cli, "Nothing has come yet.\n");
    const result = await postLocally(this.#to, this.#last.event, { signal: this.ended });
    if (this.ended.aborted) return;
    const again = this.#line === resultLine ? "again: " : "";
    await this.#say(`${again}${this.#line(this.#last, result)}`);
  }

  /** It was posted, whoever is told of it: an error here would only have it posted again. */
  async #say(line: string): Promise<void> {
    await write(this.#cli.stdout, line).catch((error: OutputError) => {
      this.unwritable ??= error;
      this.end();
    });
  }
}

interface Keyboard extends Input {
  setRawMode(raw: boolean): void;
}

function hasKeyboard(stdin: Input): stdin is Keyboard {
  return stdin.isTTY === true && "setRawMode" in stdin;
}

/** `r` repeats the last event, where there is a keyboard. Returns what ends that. */
function listenForKeys(listener: Listener, { stdin }: Cli): () => void {
  if (!hasKeyboard(stdin)) return () => {};
  const onKey = (key: Buffer) => {
    const text = key.toString();
    if (text === "r") void listener.repeat();
    // In raw mode Ctrl-C and Ctrl-D are keys.
    if (text === "q" || text === "\u0003" || text === "\u0004") listener.interrupt();
  };
  // The terminal can be gone.
  stdin.on("error", () => {});
  stdin.setRawMode(true);
  stdin.on("data", onKey).resume();
  return () => {
    stdin.setRawMode(false);
    stdin.off("data", onKey).pause();
  };
}

function withoutNulls(tls: { ca: string | null; cert: string | null; key: string | null }) {
  const { ca, cert, key } = tls;
  return {
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
  };
}
