import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type ConfiguredSource, loadConfig, readEnv, sourceProvider } from "@hookgate/config";
import { fetchCertificate } from "@hookgate/outbound";
import { diagnose, formatHeaderBlock, type Provider } from "@hookgate/providers";
import {
  type Acceptance,
  type Recipe,
  type Refusal,
  type SignedRequest,
  type Verdict,
  type VerifySecret,
  verify,
} from "@hookgate/signature";
import type { Command } from "commander";
import { type Cli, columnsOf, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { formatTable } from "../show/format_table.ts";
import { showJson, showText } from "../show/show_text.ts";
import { mutateRequest } from "../trial/mutate_request.ts";
import { type CapturedRequest, headerValues, parseCaptured } from "../trial/parse_captured.ts";
import { verifyingSecrets } from "../trial/verifying_secrets.ts";
import { chooseSource } from "./choose_source.ts";

/** How long a certificate may take, in milliseconds. */
const CERTIFICATE_MS_MAX = 5_000;

interface VerifyOptions {
  source?: string;
  file: string;
  at?: number;
  url?: string;
  certificate?: string;
  json?: true;
}

/** Adds `hookgate verify`: runs a source's recipe over a captured request, and over changes that must not verify. */
export function addVerify(program: Command, cli: Cli): void {
  program
    .command("verify")
    .description("run a source's recipe over a captured request, and over changes of it")
    .option(
      "--source <source>",
      "a source of the configuration; may be left out if it is the only one",
    )
    .requiredOption(
      "--file <file>",
      "an HTTP/1.1 request as it was captured, or - for standard input",
    )
    .option("--at <time>", "when it arrived, instead of its Date header or now", parseTime)
    .option("--url <url>", "the URL that the provider called, instead of the source's publicUrl")
    .option("--certificate <file>", "the certificate that it names, in PEM, instead of fetching it")
    .option("--json", "as JSON")
    .action((options: VerifyOptions) => verifyFile(options, cli));
}

/** A change of the request, and what became of it. */
interface Tried {
  name: string;
  verdict: Verdict;
}

/** Everything that is told. */
interface Result {
  source: ConfiguredSource;
  provider: Provider;
  request: SignedRequest;
  notes: readonly string[];
  verdict: Verdict;
  diagnosis: readonly string[];
  tried: readonly Tried[];
}

async function verifyFile(options: VerifyOptions, cli: Cli): Promise<void> {
  const { sources } = await loadConfig({ env: readEnv(cli.env) });
  const source = chooseSource(sources, { name: options.source, what: "verify" });
  const provider = sourceProvider(source);
  if (provider === null) throw new CliError(`Cannot verify: no provider is "${source.provider}"`);
  const captured = parseCaptured(await readCaptured(options.file, cli));
  const receivedAt = options.at ?? dateOf(captured) ?? cli.now();
  const url = options.url ?? urlOf(captured, source);
  const request = signedRequest(captured, { url, receivedAt });
  const secrets = verifyingSecrets(source, receivedAt);
  const { certificate } = options;
  const pem =
    certificate === undefined
      ? (source.trialCertificate ?? null)
      : (await readBytes(certificate)).toString("latin1");
  const judge = judgeWith({ pem });

  const verdict = await judge(provider.recipe, request, secrets);
  const diagnosis = verdict.ok
    ? []
    : diagnose(quarantined(captured, { source, request, verdict }), {
        source,
        sources,
        now: cli.now(),
        providerOf: sourceProvider,
      });
  // A change of what does not verify proves nothing, and may even put it right.
  const tried = verdict.ok
    ? await tryMutations({ provider, request, verdict, secrets, judge })
    : [];
  const { notes } = captured;
  const result: Result = { source, provider, request, notes, verdict, diagnosis, tried };
  await write(cli.stdout, options.json ? toJson(result) : toText(result, cli));
  const problem = findProblem(result);
  if (problem !== null) throw new CliError(problem);
}

type Judge = (
  recipe: Recipe,
  request: SignedRequest,
  secrets: readonly VerifySecret[],
) => Promise<Verdict>;

/** Verifies; where a certificate is needed it is fetched from where the recipe has pinned it, once. */
function judgeWith({ pem }: { pem: string | null }): Judge {
  const certificates = new Map<string, string>();
  return async (recipe, request, secrets) => {
    const verdict = await verify(recipe, request, { secrets, certificates });
    if (verdict.ok || verdict.reason !== "certificate_needed") return verdict;
    // Of what was changed nothing is fetched: there is no such certificate, or it is another one.
    if (certificates.size > 0) return verdict;
    certificates.set(verdict.url, pem ?? (await fetchPinned(verdict.url)));
    return verify(recipe, request, { secrets, certificates });
  };
}

async function fetchPinned(url: string): Promise<string> {
  try {
    return await fetchCertificate(url, { timeoutMs: CERTIFICATE_MS_MAX });
  } catch (error) {
    const { message } = error as Error;
    throw new CliError(`${message} (${url}): give it with --certificate <file>`, { cause: error });
  }
}

interface TryOptions {
  provider: Provider;
  request: SignedRequest;
  verdict: Acceptance;
  secrets: readonly VerifySecret[];
  judge: Judge;
}

/** Held against the scheme and the secret that counted: another signature beside it may be as good. */
async function tryMutations(options: TryOptions): Promise<Tried[]> {
  const { provider, request, verdict, secrets, judge } = options;
  const { scheme, secretId, signature, signedAt } = verdict;
  const recipe = schemeOf(provider.recipe, scheme);
  const counting = secrets.filter(({ id }) => id === secretId);
  const tried: Tried[] = [];
  for (const mutation of mutateRequest(request, { recipe, signature, signedAt })) {
    const { name, request: changed, secrets: others = counting } = mutation;
    tried.push({ name, verdict: await judge(recipe, changed, others) });
  }
  return tried;
}

function schemeOf(recipe: Recipe, scheme: string): Recipe {
  if (recipe.kind !== "any") return recipe;
  return recipe.recipes.find((one) => one.scheme === scheme) ?? recipe;
}

function findProblem({ verdict, tried }: Result): string | null {
  const accepted = tried.filter((one) => one.verdict.ok).map(({ name }) => name);
  if (accepted.length > 0) return `Cannot trust this recipe: it accepts ${accepted.join(", ")}`;
  return verdict.ok ? null : "Cannot verify the request as it was captured";
}

async function readCaptured(file: string, { stdin }: Cli): Promise<Buffer> {
  return file === "-" ? buffer(stdin) : readBytes(file);
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError(`Cannot read ${path}: ${code}`, { cause: error });
  }
}

function dateOf({ rawHeaders }: CapturedRequest): number | null {
  const [date] = headerValues(rawHeaders, "date");
  const at = Date.parse(date ?? "");
  return Number.isNaN(at) ? null : at;
}

/** As the edge sees it: the public URL with the query that was sent, or what the request says of itself. */
function urlOf({ target, rawHeaders }: CapturedRequest, source: ConfiguredSource): string {
  const absolute = /^https?:\/\//i.test(target);
  const path = absolute ? target.replace(/^[a-z]+:\/\/[^/?#]*/i, "") : target;
  const query = path.indexOf("?");
  if (source.publicUrl !== null) return source.publicUrl + (query < 0 ? "" : path.slice(query));
  if (absolute) return target;
  const [host = "localhost"] = headerValues(rawHeaders, "host");
  const [proto = "http"] = headerValues(rawHeaders, "x-forwarded-proto");
  return `${/^https$/i.test(proto) ? "https" : "http"}://${host}${path}`;
}

function signedRequest(
  { method, rawHeaders, body }: CapturedRequest,
  { url, receivedAt }: { url: string; receivedAt: number },
): SignedRequest {
  return { method, url, body, receivedAt, headers: (name) => headerValues(rawHeaders, name) };
}

type QuarantinedRequest = Parameters<typeof diagnose>[0];

function quarantined(
  { rawHeaders }: CapturedRequest,
  {
    source,
    request,
    verdict,
  }: { source: ConfiguredSource; request: SignedRequest; verdict: Refusal },
): QuarantinedRequest {
  const { method, url, body, receivedAt } = request;
  const { reason } = verdict;
  return {
    id: "qtn_captured",
    source: source.name,
    provider: source.provider,
    receivedAt,
    reason: reason === "certificate_needed" ? "certificate_unavailable" : reason,
    diagnosis: [],
    address: "",
    addressChain: "",
    method,
    url,
    headers: formatHeaderBlock(rawHeaders),
    body,
    releasedAs: null,
  };
}

function toText(result: Result, cli: Cli): string {
  const { source, provider, request, notes, verdict, diagnosis, tried } = result;
  const { receivedAt, url, body } = request;
  const time = new Date(receivedAt).toISOString();
  const lines = [
    `${provider.name}, source "${source.name}", scheme ${provider.recipe.scheme}`,
    `arrived ${time} at ${url}, ${body.length} bytes of body`,
    ...notes,
    "",
    `as captured: ${sayVerdict(verdict)}`,
    ...diagnosis.map((sentence) => `  ${sentence}`),
  ];
  const text = lines.map((line) => `${showText(line)}\n`).join("");
  if (tried.length === 0) return text;
  const rows = tried.map((one) => [
    one.name,
    sayVerdict(one.verdict),
    one.verdict.ok ? "WRONG" : "refused",
  ]);
  const cells = [["changed", "verdict", ""], ...rows].map((row) => row.map(showText));
  return `${text}\n${formatTable(cells, { columns: columnsOf(cli.stdout), shrinkable: [0, 1] })}`;
}

function sayVerdict(verdict: Verdict): string {
  if (!verdict.ok) {
    return "skewSeconds" in verdict
      ? `${verdict.reason} by ${verdict.skewSeconds} s`
      : verdict.reason;
  }
  const { secretId, signedAt, intact } = verdict;
  const when = signedAt === null ? "" : `, signed ${new Date(signedAt).toISOString()}`;
  return `verified, secret "${secretId}"${when}${intact ? "" : "; the body is not covered"}`;
}

function toJson({ source, provider, request, notes, ...result }: Result): string {
  const { verdict, diagnosis, tried } = result;
  return `${showJson({
    source: source.name,
    provider: provider.id,
    receivedAt: new Date(request.receivedAt).toISOString(),
    url: request.url,
    notes,
    verdict: withoutSignature(verdict),
    diagnosis,
    changed: tried.map((one) => ({ name: one.name, verdict: withoutSignature(one.verdict) })),
  })}\n`;
}

/** What verifies is a credential as long as its time is in tolerance. */
function withoutSignature(verdict: Verdict): object {
  return { ...verdict, signature: undefined };
}

function parseTime(text: string): number {
  const at = /^\d{10,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new CliError(`Cannot verify --at ${text}: it is no time, such as 2026-01-02T03:04:05Z`, {
    exitCode: 2,
  });
}
