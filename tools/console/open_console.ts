import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { type Apps, prepareApps } from "../processes/apps.ts";

/** The secret of the source `academy` in every configuration here. */
export const SECRET = "3c0ed3b5f5a0d04f79b9-academy";

/** A gateway of its own, with a console. */
export interface OpenConsole extends AsyncDisposable {
  apps: Apps;
  /** Where the console is. */
  url: string;
  /** Folder of the files. */
  folder: string;
  /** Sends a signed event and returns its id; "" if it was refused. */
  send(event: SentEvent): Promise<string>;
  /** Has edge and dispatcher load their configuration again. */
  reload(): void;
  /** Reads from the API. */
  read<T>(path: string): Promise<T>;
}

/** An event to send. */
export interface SentEvent {
  type?: string;
  data?: unknown;
  body?: Uint8Array | string;
  /** @default {"academy"} */
  source?: string;
  /** @default {SECRET} */
  secret?: string;
}

/** Options for {@linkcode openConsole}. */
export interface OpenConsoleOptions {
  /** The configuration, a JavaScript expression, given the folder of the files. */
  config: (folder: string) => string;
  /** Files that it names. */
  files?: Readonly<Record<string, string>>;
  env?: Record<string, string>;
}

/** Starts edge, dispatcher and console in one process, on an empty store. */
export async function openConsole(options: OpenConsoleOptions): Promise<OpenConsole> {
  const { config, files = {}, env = {} } = options;
  const temporary = await temporaryDirectory();
  const folder = join(temporary.path, "files");
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const apps = await prepareApps(join(temporary.path, "gateway"), { config: config(folder), env });
  const lines: string[] = [];
  const gateway = await apps.start("gateway", { onLine: (line) => lines.push(line) });
  const url = await waitFor(() => /^ready console (.+)$/m.exec(lines.join("\n"))?.[1], {
    what: "the console",
    timeoutMs: 30_000,
  });
  return {
    apps,
    url,
    folder,
    async send({ source = "academy", secret = SECRET, ...event }) {
      const { headers, body } = signedGenericRequest({ secret, ...event });
      const address = `http://127.0.0.1:${apps.edgePort}/api/webhooks/${source}`;
      // As providers do: a busy machine's 503 is tried again, and the same bytes are the same event.
      const response = await waitFor(
        async () => {
          const answer = await fetch(address, { method: "POST", headers, body });
          return answer.status === 503 ? null : answer;
        },
        { what: "an answer of the edge", timeoutMs: 20_000 },
      );
      return ((await response.json()) as { eventId?: string }).eventId ?? "";
    },
    reload() {
      process.kill(gateway.pid, "SIGHUP");
    },
    async read<T>(path: string): Promise<T> {
      return (await (await fetch(`${url}${path}`)).json()) as T;
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await temporary[Symbol.asyncDispose]();
    },
  };
}
