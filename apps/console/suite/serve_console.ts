import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ADMIN_CALLS, type AdminHandlers, RpcError } from "@hookgate/rpc";
import { keepPassword } from "../access/password.ts";
import { Watches } from "../api/watches.ts";
import { createConsole } from "../create_console.ts";
import type { AskOptions } from "../dispatchers.ts";
import type { Page } from "../page.ts";

/** Options for {@linkcode serveConsole}. */
export interface ServeConsoleOptions {
  /** What the dispatcher answers; every other call is UNIMPLEMENTED. */
  admin?: Partial<AdminHandlers>;
  /** The token that the dispatcher knows, besides the console's own. */
  token?: string;
  password?: string;
  open?: boolean;
  readonly?: boolean;
  names?: readonly string[] | null;
}

/** A console on a free port, and what it asked. */
export interface ServedConsole extends AsyncDisposable {
  url: string;
  port: number;
  asked: AskOptions[];
  logged: string[];
}

const EMPTY = { type: "text/html", body: Buffer.from("page"), gzipped: Buffer.from("") };
const PAGE: Page = { document: EMPTY, files: new Map([["/assets/a.js", EMPTY]]) };

/** Serves a console over a scripted dispatcher. */
export async function serveConsole(options: ServeConsoleOptions = {}): Promise<ServedConsole> {
  const { admin = {}, token: known, password, open = true, readonly = false, names = [] } = options;
  const asked: AskOptions[] = [];
  const logged: string[] = [];
  const refuse = () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this test"));
  const none = Object.fromEntries(ADMIN_CALLS.map((name) => [name, refuse]));
  const handlers = { ...none, ...admin } as AdminHandlers;
  const watches = new Watches({ monotonic: () => performance.now(), everyMs: 5 });
  const koa = createConsole({
    dispatchers: {
      async ask(call, how) {
        asked.push(how);
        if (how.token !== null && how.token !== known) {
          throw new RpcError("UNAUTHENTICATED", "Cannot call AdminService: it needs a valid token");
        }
        return call(handlers);
      },
    },
    watches,
    checkPassword: password === undefined ? null : await keepPassword(password),
    open,
    names,
    readonly,
    environment: "test",
    edgePort: 8080,
    page: async () => PAGE,
    monotonic: () => performance.now(),
    log: { debug() {}, error: (_, message) => void logged.push(message) },
  });
  const server = createServer(koa.callback());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    logged,
    async [Symbol.asyncDispose]() {
      watches.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
