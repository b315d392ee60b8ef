import { loadConfig, readEnv } from "@hookgate/config";
import { compileSource } from "@hookgate/receive";
import type { OutgoingRequest } from "@hookgate/signature";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, write } from "../cli.ts";
import { addJson, type JsonOption } from "../show/answer.ts";
import { connectionProblem } from "../show/connection_problem.ts";
import { formatSpan } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { readData, sampleWithData } from "../trial/sample_data.ts";
import { signSample } from "../trial/sign_sample.ts";
import { chooseSource } from "./choose_source.ts";
import { parseName, parseUrl } from "./options.ts";

interface SendOptions extends JsonOption {
  source?: string;
  data?: string;
  url?: URL;
}

/** The edge always answers within seconds; after this, something else is listening there. */
const ANSWER_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** Adds `hookgate send <type>`: posts a signed event, as the source's provider would. */
export function addSend(program: Command, cli: Cli): void {
  const command = program
    .command("send")
    .description("post a signed event to the edge, as the source's provider would")
    .argument("<type>", "the event's type, such as course.enrolled", parseName)
    .option("--source <source>", "a source of the configuration; optional if there is only one")
    .option("--data <json>", "the event's data: JSON, @file, or @- for standard input")
    .option("--url <base>", "URL of the edge, instead of http://127.0.0.1:EDGE_PORT", parseUrl);
  addJson(command).action((type: string, options: SendOptions) => sendEvent(type, options, cli));
}

async function sendEvent(type: string, options: SendOptions, cli: Cli): Promise<void> {
  const env = readEnv(cli.env);
  const { sources } = await loadConfig({ env });
  const configured = chooseSource(sources, { name: options.source, what: "send" });
  const source = compileSource(configured);
  if (source === null) throw new CliError(`Cannot sign: no provider is "${configured.provider}"`);
  const now = cli.now();
  const sample = source.provider.sample(type, new Date(now));
  const data = options.data === undefined ? null : await readData(options.data, cli.stdin);
  const event = data === null ? sample : sampleWithData(sample, data);
  const base = chooseBase(options.url, env.edgePort);
  const endpoint = endpointOf(base, source.name);
  const { dataDir } = env;
  const request = signSample(event, { source, endpoint, dataDir, now });
  await post(request, { base, source: source.name, ...options }, cli);
}

async function post(
  { method, url, headers, body }: OutgoingRequest,
  { base, source, json }: { base: URL; source: string } & JsonOption,
  cli: Cli,
): Promise<void> {
  const startedAt = performance.now();
  const response = await fetch(url, {
    method,
    headers,
    body: new Uint8Array(body),
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch((error: unknown) => {
    throw unreachable(base, error);
  });
  const answer = await readAnswer(response).catch((error: unknown) => {
    throw unreachable(base, error);
  });
  const tookMs = performance.now() - startedAt;
  const show = json ? answerJson : answerText;
  await write(cli.stdout, show(response, answer, tookMs));
  if (!response.ok) throw new CliError(explainAnswer(response, source));
}

function answerText({ status, statusText }: Response, answer: string, tookMs: number): string {
  const line = `${status} ${statusText}`.trimEnd();
  return `${showText(line)} in ${formatSpan(tookMs)}\n${showText(answer)}\n`;
}

/** The edge's answer as a value where it is JSON, as most are; a provider may want another. */
function answerJson({ status }: Response, answer: string, tookMs: number): string {
  return `${showJson({ status, tookMs: Math.round(tookMs), answer: parsed(answer) })}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function chooseBase(url: URL | undefined, edgePort: number): URL {
  if (url !== undefined) return url;
  if (edgePort !== 0) return new URL(`http://127.0.0.1:${edgePort}`);
  throw new CliError("Cannot send without --url: EDGE_PORT is 0, so the edge took any free port", {
    exitCode: EXIT.misused,
  });
}

/** A source's name can be a path; each of its parts is a segment of the URL. */
function endpointOf(base: URL, source: string): URL {
  const path = source.split("/").map(encodeURIComponent).join("/");
  return new URL(`${base.pathname.replace(/\/$/, "")}/api/webhooks/${path}`, base);
}

/** The beginning of the answer, as text. */
async function readAnswer(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let left = ANSWER_BYTES_MAX;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  return Buffer.concat(chunks).toString();
}

function unreachable(base: URL, error: unknown): CliError {
  if (error instanceof Error && error.name === "TimeoutError") {
    const text = `Cannot send: nothing answered at ${base.origin} within ${formatSpan(ANSWER_MS_MAX)}`;
    return new CliError(text, { cause: error });
  }
  // fetch() keeps what went wrong as the cause.
  const { cause } = error as { cause?: Partial<Error> };
  const problem = explainConnection(cause?.message ?? "");
  return new CliError(`Cannot reach the edge at ${base.origin}: ${problem}`, { cause: error });
}

function explainConnection(message: string): string {
  switch (connectionProblem(message)) {
    case "certificate expired":
      return "its certificate has expired";
    case "certificate not valid yet":
      return "its certificate is not valid yet; check the clocks of both machines";
    case "certificate for another name":
      return "its certificate is for another name; use one that it lists in --url";
    case "certificate not trusted":
      return "its certificate is not trusted; set NODE_EXTRA_CA_CERTS to its CA";
    case "client certificate":
      return "it needs a client certificate, which this command does not have";
    case "server without TLS":
      return "it does not use TLS; use http://";
    case "another protocol":
    case "closed":
      return "it closed the connection; it may need https://";
    case "unknown host":
      return "its name has no address (DNS)";
    default:
      return "is it running? Start it with npm start";
  }
}

/** What to do about an answer of the edge that is not a 2xx, in one sentence. */
function explainAnswer(response: Response, source: string): string {
  const wait = response.headers.get("retry-after");
  const later = wait === null ? "" : ` (it asks to wait ${wait} s)`;
  switch (response.status) {
    case 401:
      return (
        "Cannot send: the edge has another secret; start it and this command with the same " +
        "WEBHOOK_SECRET, DATA_DIR and HOOKGATE_CONFIG; npx hookgate quarantine list shows more"
      );
    case 403:
      return `Cannot send: this address is not in allowedIps of source "${source}"`;
    case 404:
      return (
        `Cannot send: the edge does not know source "${source}"; ` +
        "reload the configuration with SIGHUP, or run npm start again"
      );
    case 413:
      return "Cannot send: the body is larger than limits.bodyBytesMax of the configuration";
    case 429:
      return `Cannot send: over a rate limit${later}`;
    case 503:
      return `Cannot send: the edge cannot store events now${later}; npx hookgate health says why`;
    default:
      return `Cannot send: the edge answered with status ${response.status}${later}`;
  }
}
