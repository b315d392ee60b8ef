import { loadConfig, readEnv } from "@hookgate/config";
import { fetchCertificate, fetchKeySet } from "@hookgate/outbound";
import { diagnose, formatHeaderBlock, headerValues, withoutUserinfo } from "@hookgate/providers";
import { acceptedBy, type CompiledSource, compileSource, seenUrl } from "@hookgate/receive";
import {
  type Acceptance,
  type Refusal,
  type SignedRequest,
  type Verdict,
  verify,
} from "@hookgate/signature";
import type { Command } from "commander";
import { type Cli, CliError, columnsOf, readInput, write } from "../cli.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { mutateRequest } from "../trial/mutate_request.ts";
import { type CapturedRequest, parseCaptured } from "../trial/parse_captured.ts";
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

/** Adds `hookgate verify`: verifies a captured request, and checks that changed ones do not verify. */
export function addVerify(program: Command, cli: Cli): void {
  program
    .command("verify")
    .description("verify a captured request, and check that changed ones do not verify")
    .option("--source <source>", "a source of the configuration; optional if there is only one")
    .requiredOption("--file <file>", "a captured HTTP/1.1 request, or - for standard input")
    .option("--at <time>", "when it arrived, instead of its Date header or now", parseTime)
    .option("--url <url>", "the URL that the provider called, instead of the source's publicUrl")
    .option("--certificate <file>", "the certificate (PEM) or key set (JSON) to use, not fetched")
    .option("--json", "as JSON")
    .action((options: VerifyOptions) => verifyFile(options, cli));
}

/** A change of the request, and its verdict. */
interface Tried {
  name: string;
  verdict: Verdict;
}

/** Everything that is shown. */
interface Result {
  source: CompiledSource;
  request: SignedRequest;
  notes: readonly string[];
  verdict: Verdict;
  diagnosis: readonly string[];
  tried: readonly Tried[];
}

async function verifyFile(options: VerifyOptions, cli: Cli): Promise<void> {
  const { sources } = await loadConfig({ env: readEnv(cli.env) });
  const configured = chooseSource(sources, { name: options.source, what: "verify" });
  // Without its certificate: the changed requests are verified with the same one, so it is kept here.
  const { trialCertificate, ...untried } = configured;
  const source = compileSource(untried);
  if (source === null)
    throw new CliError(`Cannot verify: there is no provider "${configured.provider}"`);
  const captured = parseCaptured(await readInput(options.file, cli.stdin));
  const receivedAt = options.at ?? dateOf(captured) ?? cli.now();
  const arrived = source.request({ ...captured, receivedAt, proxied: true });
  const request = { ...arrived, url: options.url ?? urlOf(captured, source) };
  const { certificate } = options;
  const given =
    certificate === undefined
      ? trialCertificate
      : (await readInput(certificate, cli.stdin)).toString("latin1");
  const fetched = new Map<string, string>();
  const remember = (get: typeof fetchCertificate) => async (url: string) => {
    // Just fetched: there is no newer one.
    const text = given ?? fetched.get(url) ?? (await fetchPinned(url, get));
    fetched.set(url, text);
    return text;
  };

  const verdict = await source.verify(request, {
    fetchCertificate: remember(fetchCertificate),
    fetchKeySet: remember(fetchKeySet),
  });
  const diagnosis = verdict.ok
    ? []
    : diagnose(refused(captured, { source, request, verdict }), {
        source: configured,
        sources,
        now: cli.now(),
      });
  // Changing a request that does not verify proves nothing, and may even make it right.
  const tried = verdict.ok ? await tryMutations({ source, request, verdict, fetched }) : [];
  const { notes } = captured;
  const result: Result = { source, request, notes, verdict, diagnosis, tried };
  await write(cli.stdout, options.json ? toJson(result) : toText(result, cli));
  const problem = findProblem(result);
  if (problem !== null) throw new CliError(problem);
}

async function fetchPinned(url: string, get: typeof fetchCertificate): Promise<string> {
  try {
    return await get(url, { timeoutMs: CERTIFICATE_MS_MAX });
  } catch (error) {
    const { message } = error as Error;
    throw new CliError(`${message} (${url}): pass it with --certificate <file>`, { cause: error });
  }
}

interface TryOptions {
  source: CompiledSource;
  request: SignedRequest;
  verdict: Acceptance;
  /** The certificate or key set that verified the request, by URL. Nothing is fetched for a changed URL. */
  fetched: ReadonlyMap<string, string>;
}

/** Uses only the scheme and the secret that matched: another signature in the request may be right, too. */
async function tryMutations(options: TryOptions): Promise<Tried[]> {
  const { source, request, verdict, fetched } = options;
  const { secretId, signature, signedAt } = verdict;
  const recipe = acceptedBy(source.provider.recipe, verdict);
  const matched = source.secretsAt(request.receivedAt).filter(({ id }) => id === secretId);
  const tried: Tried[] = [];
  const found = { certificates: fetched, keySets: fetched };
  for (const mutation of mutateRequest(request, { recipe, signature, signedAt })) {
    const { name, request: changed, secrets = matched } = mutation;
    tried.push({ name, verdict: await verify(recipe, changed, { secrets, ...found }) });
  }
  return tried;
}

function findProblem({ verdict, tried }: Result): string | null {
  const accepted = tried.filter((one) => one.verdict.ok).map(({ name }) => name);
  if (accepted.length > 0) return `Cannot trust this recipe: it accepts ${accepted.join(", ")}`;
  return verdict.ok ? null : "Cannot verify the request as it was captured";
}

function dateOf({ rawHeaders }: CapturedRequest): number | null {
  const [date] = headerValues(rawHeaders, "date");
  const at = Date.parse(date ?? "");
  return Number.isNaN(at) ? null : at;
}

/** As the edge sees it, behind a trusted proxy; many tools write the whole URL into the request line. */
function urlOf(captured: CapturedRequest, source: CompiledSource): string {
  const { target } = captured;
  const isWhole = /^https?:\/\//i.test(target);
  return source.signedUrl(isWhole ? target : seenUrl(captured, { proxied: true }));
}

/** What quarantine calls a verdict that something published is needed for. */
const UNAVAILABLE = {
  certificate_needed: "certificate_unavailable",
  key_needed: "key_unavailable",
} as const;

type QuarantinedRequest = Parameters<typeof diagnose>[0];

function refused(
  { rawHeaders }: CapturedRequest,
  {
    source,
    request,
    verdict,
  }: { source: CompiledSource; request: SignedRequest; verdict: Refusal },
): QuarantinedRequest {
  const { reason } = verdict;
  return source.refused(request, {
    id: "qtn_captured",
    reason:
      reason === "certificate_needed" || reason === "key_needed" ? UNAVAILABLE[reason] : reason,
    address: "",
    addressChain: "",
    headers: formatHeaderBlock(rawHeaders),
  });
}

function toText(result: Result, cli: Cli): string {
  const { source, request, notes, verdict, diagnosis, tried } = result;
  const { provider } = source;
  const { receivedAt, url, body } = request;
  const time = new Date(receivedAt).toISOString();
  const lines = [
    `${provider.name}, source "${source.name}", scheme ${provider.recipe.scheme}`,
    `arrived ${time} at ${withoutUserinfo(url)}, ${body.length} bytes of body`,
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

function toJson({ source, request, notes, ...result }: Result): string {
  const { verdict, diagnosis, tried } = result;
  return `${showJson({
    source: source.name,
    provider: source.provider.id,
    receivedAt: new Date(request.receivedAt).toISOString(),
    url: withoutUserinfo(request.url),
    notes,
    verdict: withoutSignature(verdict),
    diagnosis,
    changed: tried.map((one) => ({ name: one.name, verdict: withoutSignature(one.verdict) })),
  })}\n`;
}

/** A valid signature is a credential while its time is in tolerance. */
function withoutSignature(verdict: Verdict): object {
  return { ...verdict, signature: undefined };
}

function parseTime(text: string): number {
  const at = /^\d{10,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new CliError(`Cannot verify --at ${text}: it is not a time such as 2026-01-02T03:04:05Z`, {
    exitCode: 2,
  });
}
