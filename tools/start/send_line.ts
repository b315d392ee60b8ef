/** Options for {@linkcode sendLine}. */
export interface SendLineOptions {
  /** Names of the configured sources. */
  sources: readonly string[];
  /** The environment that the apps were started with. */
  env: Record<string, string | undefined>;
}

/** Where `npx hookgate send` posts unless told. */
const DEFAULT_EDGE_PORT = "8080";
/** What decides which secret is signed with. WEBHOOK_SECRET does too, but a secret is not printed. */
const CARRIED = ["HOOKGATE_CONFIG", "DATA_DIR"];

/** The line that sends a signed event from another shell, which shares nothing with this one but the folder. */
export function sendLine(edgeAddress: string, options: SendLineOptions): string {
  const { sources, env } = options;
  const words = CARRIED.flatMap((name) => (env[name] ? [`${name}=${quote(env[name])}`] : []));
  words.push("npx hookgate send course.enrolled");
  if (sources.length > 1 && sources[0] !== undefined) words.push(`--source ${quote(sources[0])}`);
  const { origin, port } = new URL(edgeAddress);
  if (port !== DEFAULT_EDGE_PORT) words.push(`--url ${quote(origin)}`);
  return words.join(" ");
}

/** As one word of a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
