/**
 * Asks whatever of edge, dispatcher and console runs in this container, for `HEALTHCHECK`: exits with 0 if something
 * answers, and all that answers is alive.
 */
import { readEnv } from "../../libs/config/read_env.ts";

/** Below the timeout of HEALTHCHECK, so that the reason is shown, in milliseconds. */
const ANSWER_MS_MAX = 3_000;

const env = readEnv(process.env);
const urls = [
  url(env.opsHost, env.edgeOpsPort, "/healthz"),
  url(env.opsHost, env.dispatcherOpsPort, "/healthz"),
  url(env.consoleHost, env.consolePort, "/session"),
];
const answers = await Promise.all(urls.map(ask));
const given = answers.filter((answer) => answer !== "nobody listens");
console.log(urls.map((asked, at) => `${asked}: ${answers[at]}`).join("\n"));
process.exitCode = given.length > 0 && given.every((answer) => answer === "200") ? 0 : 1;

function url(host: string, port: number, path: string): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
}

async function ask(asked: string): Promise<string> {
  try {
    const { status } = await fetch(asked, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return String(status);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    return code === "ECONNREFUSED" ? "nobody listens" : `no answer (${code ?? String(error)})`;
  }
}
