import { isIP } from "node:net";
import { resolve } from "node:path";
import { isatty } from "node:tty";
import { ConfigError } from "./config_error.ts";
import { findConfig } from "./find_config.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogLevel,
  type LogSettings,
  logFormatOf,
} from "./log_settings.ts";

/** Absolute paths of the PEM files for gRPC. A server needs `cert` and `key`; for a client `ca` may be enough. */
export interface RpcTlsPaths {
  cert: string | null;
  key: string | null;
  /** CA of the other side's certificate; on a server it makes TLS mutual. */
  ca: string | null;
}

/** The environment, read and checked. */
export interface Env {
  /** Port of the edge; 0 takes a free one. */
  edgePort: number;
  /** Where the edge listens; null for all addresses of the machine. */
  edgeHost: string | null;
  edgeOpsPort: number;
  /** Where the ops ports listen. */
  opsHost: string;
  /** Processes that share the edge's port; with one, the edge is that process. */
  edgeWorkers: number;
  /** Where the dispatcher listens and the others find it, `host:port`; the first one of a list. */
  dispatcherAddress: string;
  /** All of them, for an edge: dispatchers that share one store. */
  dispatcherAddresses: readonly string[];
  /** Further names that the ops servers answer to, in lower case. */
  opsNames: readonly string[];
  dispatcherOpsPort: number;
  /** Port of the console; 0 takes a free one. */
  consolePort: number;
  /** Where the console listens. */
  consoleHost: string;
  /** Null: on loopback nobody logs in, elsewhere only tokens do. */
  consolePassword: string | null;
  /** Whether the console only shows. */
  consoleReadonly: boolean;
  /** What the console calls this installation, such as `production`; null shows nothing. */
  consoleEnvironment: string | null;
  /** Directory of the embedded store, absolute. */
  dataDir: string;
  /** Null: use the embedded store. */
  mongodbUri: string | null;
  /** The configuration file, absolute. */
  configPath: string;
  log: LogSettings;
  rpcToken: string | null;
  /** File of token → scopes, absolute. */
  rpcTokensFile: string | null;
  rpcTls: RpcTlsPaths | null;
  /** Whether the dispatcher may serve without TLS and without knowing its callers. */
  rpcInsecure: boolean;
  /** The key that wraps the keys of protected data, 64 hexadecimal digits; null if it is in a file, or to be generated. */
  dataKey: string | null;
  /** The file it is in, absolute. */
  dataKeyFile: string | null;
  /** The example source's secret; null if one is to be generated. */
  webhookSecret: string | null;
  /** Whether traces are exported. What else the OTEL_ variables say, the OpenTelemetry SDK reads itself. */
  tracing: boolean;
}

/** Options for {@linkcode readEnv}. */
export interface ReadEnvOptions {
  /** Directory that paths are relative to. @default {process.cwd()} */
  cwd?: string;
  /** Whether log lines are for a terminal. @default whether standard error is one */
  isTerminal?: boolean;
}

const PORT_MAX = 65_535;
const PORT_PATTERN = /^\d{1,5}$/;
const ADDRESS_PATTERN = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253}):(\d{1,5})$/;
const NAME_PATTERN = /^[A-Za-z0-9._-]{1,253}$/;
const ENVIRONMENT_PATTERN = /^[\p{L}\p{N} ._-]{1,30}$/u;
const DATA_KEY_PATTERN = /^[0-9a-fA-F]{64}$/;
const MONGODB_URI_PATTERN = /^mongodb(?:\+srv)?:\/\/[^\s/]\S*$/;

/** More processes than this serve no machine better. */
const EDGE_WORKERS_MAX = 64;

/** Dispatchers that an edge connects to. */
const DISPATCHERS_MAX = 16;

/** Longest value of one variable, in characters. */
const VALUE_CHARS_MAX = 4_096;

/** Longest value shown in a problem, in characters. */
const SHOWN_CHARS_MAX = 80;

/**
 * Reads all of Hookgate's variables; nothing else does. A blank variable counts as unset, except a credential: it was meant
 * to be set, and starting without it would open a door.
 *
 * @throws {ConfigError} with every problem.
 */
export function readEnv(
  env: Readonly<Record<string, string | undefined>>,
  options: ReadEnvOptions = {},
): Env {
  const { cwd = process.cwd(), isTerminal = isatty(2) } = options;
  const { read, problems } = readVariables(env);
  refuseContradictions(read, (problem) => problems.push(problem));
  if (problems.length > 0) throw new ConfigError("Cannot use the environment", problems);
  const absolute = (path: string | null) => (path === null ? null : resolve(cwd, path));
  const tls = {
    cert: absolute(read.RPC_TLS_CERT),
    key: absolute(read.RPC_TLS_KEY),
    ca: absolute(read.RPC_TLS_CA),
  };
  return {
    edgePort: read.EDGE_PORT,
    edgeHost: read.EDGE_HOST,
    edgeOpsPort: read.EDGE_OPS_PORT,
    opsHost: read.OPS_HOST,
    edgeWorkers: read.EDGE_WORKERS,
    dispatcherAddress: read.DISPATCHER_ADDRESS[0] ?? "",
    dispatcherAddresses: read.DISPATCHER_ADDRESS,
    opsNames: read.OPS_NAMES,
    dispatcherOpsPort: read.DISPATCHER_OPS_PORT,
    consolePort: read.CONSOLE_PORT,
    consoleHost: read.CONSOLE_HOST,
    consolePassword: read.CONSOLE_PASSWORD,
    consoleReadonly: read.CONSOLE_READONLY,
    consoleEnvironment: read.CONSOLE_ENVIRONMENT,
    dataDir: resolve(cwd, read.DATA_DIR),
    mongodbUri: read.MONGODB_URI,
    configPath:
      (env["HOOKGATE_CONFIG"] ? null : findConfig(cwd)) ?? resolve(cwd, read.HOOKGATE_CONFIG),
    log: { level: read.LOG_LEVEL, format: read.LOG_FORMAT ?? logFormatOf(env, { isTerminal }) },
    rpcToken: read.RPC_TOKEN,
    rpcTokensFile: absolute(read.RPC_TOKENS_FILE),
    rpcTls: Object.values(tls).every((path) => path === null) ? null : tls,
    rpcInsecure: read.RPC_INSECURE,
    dataKey: read.DATA_KEY,
    dataKeyFile: absolute(read.DATA_KEY_FILE),
    webhookSecret: read.WEBHOOK_SECRET,
    tracing: wantsTraces(read),
  };
}

/** Reads one variable. What is wrong with it goes to `refuse`, without its name; what is returned then counts for nothing. */
type ReadVariable<T> = (value: string | undefined, refuse: (message: string) => void) => T;

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Every variable, by name. No schema library reads them: edge, dispatcher and supervisor would load it for nothing else. */
export const VARIABLES = {
  EDGE_PORT: port(8080),
  EDGE_HOST: host(null),
  EDGE_OPS_PORT: port(9464),
  EDGE_WORKERS: variable(1, (value, refuse) => {
    const workers = /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
    if (!(workers >= 1 && workers <= EDGE_WORKERS_MAX)) {
      refuse(`must be a number from 1 to ${EDGE_WORKERS_MAX}, not ${quote(value)}`);
    }
    return workers;
  }),
  DISPATCHER_ADDRESS: variable<readonly string[]>(["127.0.0.1:50051"], (value, refuse) => {
    const addresses = value.split(",").map((address) => address.trim());
    for (const address of addresses) {
      const digits = ADDRESS_PATTERN.exec(address)?.[1] ?? "none";
      if (Number(digits) <= PORT_MAX) continue;
      refuse(`must be host:port, such as 127.0.0.1:50051 or [::1]:50051, not ${quote(address)}`);
    }
    if (addresses.length > DISPATCHERS_MAX) refuse(`must list at most ${DISPATCHERS_MAX}`);
    if (new Set(addresses).size < addresses.length) refuse("lists one address twice");
    return addresses;
  }),
  OPS_HOST: host("127.0.0.1"),
  OPS_NAMES: variable<readonly string[]>([], (value, refuse) => {
    const names = value.split(",").map((name) => name.trim().toLowerCase());
    for (const name of names) {
      if (!isHost(name)) refuse(`must list host names without ports, not ${quote(name)}`);
    }
    return names;
  }),
  DISPATCHER_OPS_PORT: port(9465),
  CONSOLE_PORT: port(8081),
  CONSOLE_HOST: host("127.0.0.1"),
  CONSOLE_PASSWORD: credential(),
  CONSOLE_READONLY: flag(),
  CONSOLE_ENVIRONMENT: variable<string | null>(null, (value, refuse) => {
    if (!ENVIRONMENT_PATTERN.test(value)) {
      refuse(`must be 1 to 30 letters, digits, spaces, dots, dashes, not ${quote(value)}`);
    }
    return value;
  }),
  DATA_DIR: variable("data", (value) => value),
  MONGODB_URI: variable<string | null>(null, (value, refuse) => {
    // The value is not shown: it may hold a password.
    if (!MONGODB_URI_PATTERN.test(value)) {
      refuse("must be mongodb:// or mongodb+srv:// with a host, and contain no spaces");
    }
    return value;
  }),
  HOOKGATE_CONFIG: variable("hookgate.config.ts", (value) => value),
  LOG_LEVEL: variable<LogLevel>("info", (value, refuse) => {
    const level = LOG_LEVELS.find((known) => known === value.toLowerCase());
    if (level === undefined) refuse(`must be one of ${LOG_LEVELS.join(", ")}, not ${quote(value)}`);
    return level ?? "info";
  }),
  LOG_FORMAT: choice(null, LOG_FORMATS),
  RPC_TOKEN: credential(),
  RPC_TOKENS_FILE: path(),
  RPC_TLS_CERT: path(),
  RPC_TLS_KEY: path(),
  RPC_TLS_CA: path(),
  RPC_INSECURE: flag(),
  DATA_KEY: dataKey(),
  DATA_KEY_FILE: path(),
  WEBHOOK_SECRET: credential(),
  OTEL_SDK_DISABLED: variable(false, (value) => value.toLowerCase() === "true"),
  OTEL_TRACES_EXPORTER: choice(null, ["otlp", "none"]),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector(),
  OTEL_EXPORTER_OTLP_PROTOCOL: choice(null, ["http/protobuf"]),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: choice(null, ["http/protobuf"]),
  OTEL_TRACES_SAMPLER: choice(null, SAMPLERS),
  OTEL_TRACES_SAMPLER_ARG: variable<number | null>(null, (value, refuse) => {
    const share = Number(value);
    if (!(share >= 0 && share <= 1)) refuse(`must be a number from 0 to 1, not ${quote(value)}`);
    return share;
  }),
} satisfies Record<string, ReadVariable<unknown>>;

type Variables = { [Name in keyof typeof VARIABLES]: ReturnType<(typeof VARIABLES)[Name]> };

/** The SDK's own rule, but that a collector on this machine is not looked for unless it is asked for. */
function wantsTraces(read: Variables): boolean {
  const { OTEL_TRACES_EXPORTER: exporter } = read;
  if (read.OTEL_SDK_DISABLED || exporter === "none") return false;
  const endpoint = read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_ENDPOINT;
  return exporter === "otlp" || endpoint !== null;
}

function readVariables(env: Readonly<Record<string, string | undefined>>) {
  const problems: string[] = [];
  const read = Object.entries(VARIABLES).map(([name, readOne]) => {
    return [name, readOne(env[name], (message) => problems.push(`${name} ${message}`))];
  });
  return { read: Object.fromEntries(read) as Variables, problems };
}

/** What one variable alone does not show. */
function refuseContradictions(read: Variables, refuse: (problem: string) => void): void {
  if (read.EDGE_PORT !== 0 && read.EDGE_OPS_PORT === read.EDGE_PORT) {
    refuse("EDGE_OPS_PORT is the same as EDGE_PORT: choose another");
  }
  if (read.RPC_TLS_CERT !== null && read.RPC_TLS_KEY === null) {
    refuse("RPC_TLS_KEY is missing: RPC_TLS_CERT needs it");
  }
  if (read.RPC_TLS_KEY !== null && read.RPC_TLS_CERT === null) {
    refuse("RPC_TLS_CERT is missing: RPC_TLS_KEY needs it");
  }
  if (read.DATA_KEY !== null && read.DATA_KEY_FILE !== null) {
    refuse("DATA_KEY_FILE is set as well as DATA_KEY: keep one");
  }
}

/** One variable: `fallback` if it is unset or blank, else what `read` returns. */
function variable<T>(
  fallback: T,
  read: (value: string, refuse: (message: string) => void) => T,
): ReadVariable<T> {
  return (input, refuse) => {
    const value = input?.trim() ?? "";
    if (value === "") return fallback;
    if (value.length > VALUE_CHARS_MAX || value.includes("\0")) {
      refuse(`must have at most ${VALUE_CHARS_MAX} characters, none of them NUL`);
      return fallback;
    }
    return read(value, refuse);
  };
}

function flag() {
  return variable(false, (value, refuse) => {
    if (value !== "0" && value !== "1") refuse(`must be 1 or 0, not ${quote(value)}`);
    return value === "1";
  });
}

function choice<Word extends string>(fallback: Word | null, words: readonly Word[]) {
  return variable<Word | null>(fallback, (value, refuse) => {
    const word = words.find((known) => known === value);
    if (word === undefined) refuse(`must be ${words.join(" or ")}, not ${quote(value)}`);
    return word ?? fallback;
  });
}

/** The value is not shown: it may hold a password. */
function collector() {
  return variable<string | null>(null, (value, refuse) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url?.protocol !== "http:" && url?.protocol !== "https:") {
      refuse("must be a URL that starts with http:// or https://, such as http://localhost:4318");
    }
    return value;
  });
}

function host<Fallback extends string | null>(fallback: Fallback) {
  return variable<string | Fallback>(fallback, (value, refuse) => {
    if (!isHost(value)) {
      refuse(`must be an address or a name, such as 127.0.0.1 or ::1, not ${quote(value)}`);
    }
    return value;
  });
}

function port(fallback: number) {
  return variable(fallback, (value, refuse) => {
    const port = PORT_PATTERN.test(value) ? Number(value) : Number.NaN;
    if (!(port <= PORT_MAX)) refuse(`must be a port from 0 to ${PORT_MAX}, not ${quote(value)}`);
    return port;
  });
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || NAME_PATTERN.test(text);
}

function path() {
  return variable<string | null>(null, (value) => value);
}

function credential(): ReadVariable<string | null> {
  return (input, refuse) => {
    if (input === undefined) return null;
    if (input.trim() === "") refuse("is empty: set it to a value, or unset it");
    if (input.length > VALUE_CHARS_MAX) refuse(`must have at most ${VALUE_CHARS_MAX} characters`);
    return input;
  };
}

/** The value is not shown. */
function dataKey(): ReadVariable<string | null> {
  const read = credential();
  return (input, refuse) => {
    const value = read(input, refuse);
    if (value === null || value.trim() === "" || DATA_KEY_PATTERN.test(value)) return value;
    refuse("must be 64 hexadecimal digits: make them with openssl rand -hex 32");
    return null;
  };
}

function quote(value: string): string {
  const long = value.length > SHOWN_CHARS_MAX;
  return JSON.stringify(long ? `${value.slice(0, SHOWN_CHARS_MAX)}…` : value);
}
