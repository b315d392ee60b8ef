import { type Env, readEnv, readLocalToken } from "@hookgate/config";
import {
  type AdminHandlers,
  type ClientSecurity,
  clientSecurity,
  connectRpc,
  type RpcClient,
  type RpcEnv,
  RpcError,
} from "@hookgate/rpc";
import { type Cli, CliError, EXIT } from "../cli.ts";
import { connectionProblem } from "../show/connection_problem.ts";
import { formatSpan } from "../show/format.ts";

/** Options for {@linkcode askDispatcher}. */
export interface AskOptions {
  /** How long one call may take, in milliseconds. @default {10_000} */
  deadlineMs?: number;
}

/** How long a dispatcher may take to be connected to if there is another, in milliseconds. */
const CONNECT_MS_MAX = 2_000;

/**
 * Calls a dispatcher that the environment names, in order to do `what`: the first one that can be reached. All of them share
 * one store.
 *
 * @throws {CliError} with one line for the operator.
 */
export async function askDispatcher<T>(
  cli: Cli,
  what: string,
  ask: (admin: AdminHandlers) => Promise<T>,
  { deadlineMs = 10_000 }: AskOptions = {},
): Promise<T> {
  const env = readEnv(cli.env);
  const { client, address, token, passed } = await chooseDispatcher(env, deadlineMs);
  try {
    return await ask(client.admin);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const explained = await explain(error, { what, address, env, token, deadlineMs });
    const isAway = error.code === "UNAVAILABLE" || error.code === "DEADLINE_EXCEEDED";
    const others = isAway && passed.length > 0;
    const message = others
      ? `${explained}; ${passed.join(", ")} cannot be reached either`
      : explained;
    const exitCode = error.code === "INVALID_ARGUMENT" ? EXIT.misused : EXIT.failed;
    throw new CliError(message, { cause: error, exitCode });
  } finally {
    client.close();
  }
}

/** The dispatcher that can be reached, for what is no single call. */
export async function reachDispatcher(
  cli: Cli,
): Promise<{ address: string; security: ClientSecurity }> {
  const { client, address, security } = await chooseDispatcher(readEnv(cli.env), CONNECT_MS_MAX);
  client.close();
  return { address, security };
}

interface Chosen {
  client: RpcClient;
  address: string;
  /** The token that is shown. */
  token: string | null;
  security: ClientSecurity;
  /** The addresses before it, which cannot be reached. */
  passed: readonly string[];
}

/** Takes the last one as it is: its call says what is wrong. */
async function chooseDispatcher(env: Env, deadlineMs: number): Promise<Chosen> {
  const localToken = () => readLocalToken(env.dataDir);
  const passed: string[] = [];
  for (const address of env.dispatcherAddresses) {
    const security = await clientSecurity(env, { address, localToken }).catch((error: Error) => {
      throw new CliError(error.message, { cause: error, exitCode: EXIT.misused });
    });
    const client = connectRpc({ address, security, deadlineMs });
    const isLast = passed.length === env.dispatcherAddresses.length - 1;
    if (isLast || (await client.connect({ timeoutMs: CONNECT_MS_MAX }))) {
      return { client, address, token: security.token, security, passed };
    }
    client.close();
    passed.push(address);
  }
  throw new TypeError("Cannot choose a dispatcher: there is no address");
}

interface ExplainOptions {
  what: string;
  address: string;
  env: RpcEnv & Pick<Env, "dataDir" | "mongodbUri">;
  /** The token that was shown. */
  token: string | null;
  deadlineMs: number;
}

async function explain(error: RpcError, options: ExplainOptions): Promise<string> {
  const { what, address, deadlineMs } = options;
  switch (error.code) {
    case "UNAVAILABLE":
      return explainUnavailable(error.message, options);
    case "DEADLINE_EXCEEDED":
      return (
        `Cannot ${what}: nothing answered at ${address} within ${formatSpan(deadlineMs)}; ` +
        "it may be overloaded, or no dispatcher: check DISPATCHER_ADDRESS"
      );
    case "UNAUTHENTICATED":
      return explainUnauthenticated(options);
    case "PERMISSION_DENIED": {
      const lacking = /lacks (.*)$/.exec(error.message)?.[1] ?? 'the scope "admin"';
      return (
        `Cannot ${what}: RPC_TOKEN lacks ${lacking} at the dispatcher at ${address}; ` +
        "use a token that has it, or add it in RPC_TOKENS_FILE and reload"
      );
    }
    case "UNIMPLEMENTED":
      return (
        `Cannot ${what}: the dispatcher at ${address} does not know this call; ` +
        "its version may be older than this command's"
      );
    default:
      // The dispatcher's own error may be a whole sentence already.
      return error.message.startsWith("Cannot ")
        ? error.message
        : `Cannot ${what}: ${error.message}${whereToLook(error)}`;
  }
}

/** What the ids of ours are of, by how they begin, and the word for it in the dispatcher's own sentences. */
const KINDS: Readonly<Record<string, readonly [kind: string, word: string]>> = {
  evt: ["an event", "event"],
  dlv: ["a delivery", "delivery"],
  rpl: ["a replay", "replay"],
  qtn: ["a refused request", "refused request"],
  flr: ["a failure", "failures"],
};

/** What lists the things of a kind, for one that is not there. */
const LISTS: readonly (readonly [RegExp, string])[] = [
  [/\bevent\b|\bevt_/, "npx hookgate events"],
  [/\bdelivery\b|\bdlv_/, "npx hookgate dead, and npx hookgate event for those of one event"],
  [/\bsubscription\b/, "npx hookgate subscriptions"],
  [/\breplay\b/, "npx hookgate replays"],
  [/\bfailures?\b/, "npx hookgate failures"],
  [/\brefused request\b/, "npx hookgate quarantine"],
  [/\bsource\b/, "npx hookgate sources"],
];

const OF_AN_ID = /^there is no (.*) (([a-z]{3})_[0-9a-f]{32})$/;

function whereToLook({ code, message }: RpcError): string {
  if (code !== "NOT_FOUND" || message.includes("npx ")) return "";
  const [, before = "", id = "", prefix = ""] = OF_AN_ID.exec(message) ?? [];
  const [kind, word = ""] = KINDS[prefix] ?? [];
  if (kind !== undefined && !before.includes(word)) {
    return `; this is the id of ${kind}: npx hookgate find ${id}`;
  }
  const found = LISTS.find(([kind]) => kind.test(message));
  return found === undefined ? "" : `; what there is: ${found[1]}`;
}

function explainUnauthenticated({ what, address, env, token }: ExplainOptions): string {
  const dispatcher = `the dispatcher at ${address}`;
  if (env.rpcToken !== null) {
    return `Cannot ${what}: ${dispatcher} does not know this RPC_TOKEN; use its own, or one of its RPC_TOKENS_FILE`;
  }
  return token === null
    ? `Cannot ${what}: ${dispatcher} needs a token: set RPC_TOKEN, or DATA_DIR to the dispatcher's if it runs on this machine`
    : `Cannot ${what}: ${dispatcher} does not know the token in ${env.dataDir}: set RPC_TOKEN, or DATA_DIR to the dispatcher's`;
}

async function explainUnavailable(
  message: string,
  { what, address, env }: ExplainOptions,
): Promise<string> {
  // It runs and has answered: its store is what does not.
  if (message.startsWith("Cannot ")) return message;
  const dispatcher = `the dispatcher at ${address}`;
  const certificate = `the certificate of ${dispatcher}`;
  const own =
    env.rpcTls?.cert == null
      ? "a client certificate: set RPC_TLS_CERT and RPC_TLS_KEY"
      : "the certificate in RPC_TLS_CERT: its own RPC_TLS_CA must have signed it";
  switch (connectionProblem(message)) {
    case "certificate expired":
      return `Cannot ${what}: ${certificate} has expired; renew its RPC_TLS_CERT`;
    case "certificate not valid yet":
      return `Cannot ${what}: ${certificate} is not valid yet; check the clocks of both machines`;
    case "certificate for another name":
      return `Cannot ${what}: ${certificate} is for another name; set DISPATCHER_ADDRESS to a name that it lists`;
    case "certificate not trusted":
      return (
        `Cannot ${what}: RPC_TLS_CA does not vouch for ${certificate}; ` +
        "set it to the CA that signed it, or to the certificate itself if it is self-signed"
      );
    case "server without TLS":
      return (
        `Cannot ${what}: ${dispatcher} does not use TLS; unset RPC_TLS_CA, RPC_TLS_CERT and RPC_TLS_KEY here, ` +
        "or set RPC_TLS_CERT and RPC_TLS_KEY there"
      );
    case "client certificate":
      return `Cannot ${what}: ${dispatcher} ${env.rpcTls?.cert == null ? "needs" : "refused"} ${own}`;
    case "closed":
      if (env.rpcTls === null) {
        return `Cannot ${what}: ${dispatcher} closed the connection; it may have ended just now, or need TLS: set RPC_TLS_CA`;
      }
      return (
        `Cannot ${what}: ${dispatcher} closed the connection; ` +
        `it may have ended just now, or ${env.rpcTls.cert === null ? "need" : "have refused"} ${own}`
      );
    case "another protocol":
      return (
        `Cannot ${what}: the server at ${address} is not a dispatcher, or needs TLS: ` +
        "check DISPATCHER_ADDRESS, and set RPC_TLS_CA"
      );
    case "unknown host":
      return `Cannot ${what}: the name in DISPATCHER_ADDRESS, ${address}, has no address (DNS)`;
    default:
      return `Cannot reach ${dispatcher}: ${await explainAway(env)}`;
  }
}

async function explainAway({ mongodbUri, dataDir }: ExplainOptions["env"]): Promise<string> {
  if (mongodbUri === null) {
    // Only here, because it needs SQLite.
    const { readKnownDamage } = await import("@hookgate/dispatcher/offline");
    const damage = readKnownDamage(dataDir);
    if (damage !== null) return `it does not run while ${damage}`;
  }
  return "is it running? Start it with npm start";
}
