import { expect, test } from "@jest/globals";
import { ConfigError } from "./config_error.ts";
import { readEnv } from "./read_env.ts";

const cwd = "/srv/hookgate";

function problemsOf(env: Record<string, string>): string[] {
  try {
    readEnv(env, { cwd });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const DEFAULTS = {
  edgePort: 8080,
  edgeOpsPort: 9464,
  edgeWorkers: 1,
  edgeHost: null,
  dispatcherAddress: "127.0.0.1:50051",
  dispatcherAddresses: ["127.0.0.1:50051"],
  opsHost: "127.0.0.1",
  opsNames: [],
  dispatcherOpsPort: 9465,
  consolePort: 8081,
  consoleHost: "127.0.0.1",
  consolePassword: null,
  consoleReadonly: false,
  consoleEnvironment: null,
  dataDir: "/srv/hookgate/data",
  mongodbUri: null,
  configPath: "/srv/hookgate/hookgate.config.ts",
  log: { level: "info", format: "json" },
  rpcToken: null,
  rpcTokensFile: null,
  rpcTls: null,
  rpcInsecure: false,
  dataKey: null,
  dataKeyFile: null,
  webhookSecret: null,
  tracing: false,
};

test("readEnv() has a default for everything", () => {
  expect(readEnv({}, { cwd, isTerminal: false })).toEqual(DEFAULTS);
});

test("readEnv() takes a variable that is set to nothing as unset", () => {
  const blank = { EDGE_PORT: "", DATA_DIR: " ", MONGODB_URI: "", LOG_LEVEL: "", RPC_TLS_CA: "" };
  expect(readEnv(blank, { cwd, isTerminal: false })).toEqual(DEFAULTS);
});

test("readEnv() has a log for people in a terminal, unless LOG_FORMAT says otherwise", () => {
  const formatOf = (env: Record<string, string>) => readEnv(env, { isTerminal: true }).log.format;
  expect(formatOf({})).toBe("colour");
  expect(formatOf({ LOG_FORMAT: "json" })).toBe("json");
});

test("readEnv() reads every variable", () => {
  const env = {
    EDGE_PORT: " 80 ",
    EDGE_OPS_PORT: "0",
    EDGE_WORKERS: "4",
    EDGE_HOST: "::1",
    OPS_HOST: "0.0.0.0",
    OPS_NAMES: "Ops.internal, edge",
    DISPATCHER_ADDRESS: "dispatcher.internal:443, [::1]:50052",
    DISPATCHER_OPS_PORT: "65535",
    CONSOLE_PORT: "443",
    CONSOLE_HOST: "0.0.0.0",
    CONSOLE_PASSWORD: "open sesame",
    CONSOLE_READONLY: "1",
    CONSOLE_ENVIRONMENT: "production",
    DATA_DIR: "/var/lib/hookgate",
    MONGODB_URI: "mongodb://user:p%40ss@db-1,db-2/hookgate?replicaSet=rs0",
    HOOKGATE_CONFIG: "etc/hookgate.config.ts",
    LOG_LEVEL: "DEBUG",
    LOG_FORMAT: "text",
    RPC_TOKEN: "t0ken",
    RPC_TOKENS_FILE: "tokens",
    RPC_TLS_CERT: "/etc/tls/cert.pem",
    RPC_TLS_KEY: "key.pem",
    RPC_TLS_CA: "ca.pem",
    RPC_INSECURE: "1",
    DATA_KEY_FILE: "data_key",
    WEBHOOK_SECRET: " s3cret ",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_TRACES_SAMPLER: "traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.1",
    UNRELATED: "x",
  };
  expect(readEnv(env, { cwd })).toEqual({
    edgePort: 80,
    edgeOpsPort: 0,
    edgeWorkers: 4,
    edgeHost: "::1",
    opsHost: "0.0.0.0",
    opsNames: ["ops.internal", "edge"],
    dispatcherAddress: "dispatcher.internal:443",
    dispatcherAddresses: ["dispatcher.internal:443", "[::1]:50052"],
    dispatcherOpsPort: 65_535,
    consolePort: 443,
    consoleHost: "0.0.0.0",
    consolePassword: "open sesame",
    consoleReadonly: true,
    consoleEnvironment: "production",
    dataDir: "/var/lib/hookgate",
    mongodbUri: "mongodb://user:p%40ss@db-1,db-2/hookgate?replicaSet=rs0",
    configPath: "/srv/hookgate/etc/hookgate.config.ts",
    log: { level: "debug", format: "text" },
    rpcToken: "t0ken",
    rpcTokensFile: "/srv/hookgate/tokens",
    rpcTls: {
      cert: "/etc/tls/cert.pem",
      key: "/srv/hookgate/key.pem",
      ca: "/srv/hookgate/ca.pem",
    },
    rpcInsecure: true,
    dataKey: null,
    dataKeyFile: "/srv/hookgate/data_key",
    // A secret is taken as it is.
    webhookSecret: " s3cret ",
    tracing: true,
  });
});

const COLLECTOR = "http://localhost:4318";

test.each<[Record<string, string>, boolean]>([
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://c/v1/traces" }, true],
  [{ OTEL_TRACES_EXPORTER: "otlp" }, true],
  [{ OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR }, false],
  [{ OTEL_SDK_DISABLED: "TRUE", OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR }, false],
  [{ OTEL_SDK_DISABLED: "false", OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR }, true],
  [{ OTEL_SERVICE_NAME: "hookgate", OTEL_EXPORTER_OTLP_ENDPOINT: " " }, false],
])("readEnv() reads from %j whether traces are wanted", (env, tracing) => {
  expect(readEnv(env).tracing).toBe(tracing);
});

test.each(["localhost:1", "[::1]:50051", "10.0.0.1:65535", "a_b.c-d:0"])(
  "readEnv() takes the address %s",
  (address) => {
    expect(readEnv({ DISPATCHER_ADDRESS: address }).dispatcherAddress).toBe(address);
  },
);

test("readEnv() takes the key of protected data", () => {
  expect(readEnv({ DATA_KEY: "5F".repeat(32) }).dataKey).toBe("5F".repeat(32));
});

test("readEnv() lets a client have no more than a CA", () => {
  expect(readEnv({ RPC_TLS_CA: "/ca" }).rpcTls).toEqual({ cert: null, key: null, ca: "/ca" });
});

test("readEnv() starts relative paths from the working directory", () => {
  expect(readEnv({}).dataDir).toBe(`${process.cwd()}/data`);
});

const PORT = "must be a port from 0 to 65535, not";
const ADDRESS = "must be host:port, such as 127.0.0.1:50051 or [::1]:50051, not";

test.each<[Record<string, string>, string]>([
  [{ EDGE_PORT: "http" }, `EDGE_PORT ${PORT} "http"`],
  [{ EDGE_PORT: "65536" }, `EDGE_PORT ${PORT} "65536"`],
  [{ EDGE_PORT: "-1" }, `EDGE_PORT ${PORT} "-1"`],
  [{ EDGE_PORT: "80.5" }, `EDGE_PORT ${PORT} "80.5"`],
  [{ EDGE_PORT: "0x50" }, `EDGE_PORT ${PORT} "0x50"`],
  [{ EDGE_PORT: "1e3" }, `EDGE_PORT ${PORT} "1e3"`],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
    "OTEL_EXPORTER_OTLP_ENDPOINT must be a URL that starts with http:// or https://, such as http://localhost:4318",
  ],
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, not "grpc"',
  ],
  [{ OTEL_TRACES_EXPORTER: "zipkin" }, 'OTEL_TRACES_EXPORTER must be otlp or none, not "zipkin"'],
  [
    { OTEL_TRACES_SAMPLER: "jaeger_remote" },
    'OTEL_TRACES_SAMPLER must be always_on or always_off or traceidratio or parentbased_always_on or parentbased_always_off or parentbased_traceidratio, not "jaeger_remote"',
  ],
  [
    { OTEL_TRACES_SAMPLER_ARG: "10%" },
    'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "10%"',
  ],
  [{ EDGE_WORKERS: "0" }, 'EDGE_WORKERS must be a number from 1 to 64, not "0"'],
  [{ EDGE_WORKERS: "65" }, 'EDGE_WORKERS must be a number from 1 to 64, not "65"'],
  [{ EDGE_WORKERS: "auto" }, 'EDGE_WORKERS must be a number from 1 to 64, not "auto"'],
  [{ EDGE_PORT: "9464" }, "EDGE_OPS_PORT is the same as EDGE_PORT: choose another"],
  [{ DISPATCHER_ADDRESS: "a:1,50051" }, `DISPATCHER_ADDRESS ${ADDRESS} "50051"`],
  [{ DISPATCHER_ADDRESS: "a:1," }, `DISPATCHER_ADDRESS ${ADDRESS} ""`],
  [{ DISPATCHER_ADDRESS: "a:1,a:1" }, "DISPATCHER_ADDRESS lists one address twice"],
  [
    { EDGE_HOST: "http://a" },
    'EDGE_HOST must be an address or a name, such as 127.0.0.1 or ::1, not "http://a"',
  ],
  [
    { CONSOLE_HOST: "a:1" },
    'CONSOLE_HOST must be an address or a name, such as 127.0.0.1 or ::1, not "a:1"',
  ],
  [{ CONSOLE_READONLY: "yes" }, 'CONSOLE_READONLY must be 1 or 0, not "yes"'],
  [{ CONSOLE_PASSWORD: " " }, "CONSOLE_PASSWORD is empty: set it to a value, or unset it"],
  [
    { CONSOLE_ENVIRONMENT: "<b>" },
    'CONSOLE_ENVIRONMENT must be 1 to 30 letters, digits, spaces, dots, dashes, not "<b>"',
  ],
  [{ OPS_NAMES: "a:1" }, 'OPS_NAMES must list host names without ports, not "a:1"'],
  [{ DISPATCHER_ADDRESS: "50051" }, `DISPATCHER_ADDRESS ${ADDRESS} "50051"`],
  [{ DISPATCHER_ADDRESS: "host:70000" }, `DISPATCHER_ADDRESS ${ADDRESS} "host:70000"`],
  [{ DISPATCHER_ADDRESS: "::1:50051" }, `DISPATCHER_ADDRESS ${ADDRESS} "::1:50051"`],
  [{ DISPATCHER_ADDRESS: "http://a:1" }, `DISPATCHER_ADDRESS ${ADDRESS} "http://a:1"`],
  [
    { LOG_LEVEL: "loud" },
    'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
  ],
  [
    { MONGODB_URI: "postgres://user:hunter2@db" },
    "MONGODB_URI must be mongodb:// or mongodb+srv:// with a host, and contain no spaces",
  ],
  [{ WEBHOOK_SECRET: "" }, "WEBHOOK_SECRET is empty: set it to a value, or unset it"],
  [
    { DATA_KEY: "hunter2" },
    "DATA_KEY must be 64 hexadecimal digits: make them with openssl rand -hex 32",
  ],
  [{ DATA_KEY: " " }, "DATA_KEY is empty: set it to a value, or unset it"],
  [
    { DATA_KEY: "5f".repeat(32), DATA_KEY_FILE: "a" },
    "DATA_KEY_FILE is set as well as DATA_KEY: keep one",
  ],
  [{ RPC_TOKEN: " " }, "RPC_TOKEN is empty: set it to a value, or unset it"],
  [{ RPC_TLS_CERT: "a" }, "RPC_TLS_KEY is missing: RPC_TLS_CERT needs it"],
  [{ RPC_TLS_KEY: "a" }, "RPC_TLS_CERT is missing: RPC_TLS_KEY needs it"],
  [{ DATA_DIR: "a\0b" }, "DATA_DIR must have at most 4096 characters, none of them NUL"],
])("readEnv() refuses %j", (env, problem) => {
  expect(problemsOf(env)).toEqual([problem]);
});

test("readEnv() tells every problem at once, and no credential", () => {
  const env = {
    EDGE_PORT: "a",
    DISPATCHER_OPS_PORT: "b",
    LOG_LEVEL: "c",
    RPC_TLS_KEY: "d",
    MONGODB_URI: "mysql://hunter2",
    RPC_TOKEN: "hunter2".repeat(1_000),
  };
  expect(problemsOf(env)).toHaveLength(6);
  expect(problemsOf(env).join()).not.toContain("hunter2");
});

test("readEnv() bounds every value", () => {
  const long = "x".repeat(5_000);
  expect(problemsOf({ RPC_TOKEN: long, DATA_DIR: long })).toEqual([
    "DATA_DIR must have at most 4096 characters, none of them NUL",
    "RPC_TOKEN must have at most 4096 characters",
  ]);
});

test("readEnv() shows only the beginning of a long value", () => {
  expect(problemsOf({ EDGE_PORT: "x".repeat(4_000) }).join().length).toBeLessThan(200);
});

test("readEnv() takes RPC_INSECURE as 1 or 0 only: a door is not opened by a guess", () => {
  expect(readEnv({ RPC_INSECURE: "0" }).rpcInsecure).toBe(false);
  expect(() => readEnv({ RPC_INSECURE: "true" })).toThrow(
    'RPC_INSECURE must be 1 or 0, not "true"',
  );
});
