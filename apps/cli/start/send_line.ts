/** Options for {@linkcode sendLine}. */
export interface SendLineOptions {
  /** Names of the configured sources, in their order. */
  sources: readonly string[];
  /** Types that the first of them sends; none if that is not known. */
  types: readonly string[];
  /** The environment of the apps. */
  env: Record<string, string | undefined>;
}

/** Port that `npx hookgate send` posts to by default. */
const DEFAULT_EDGE_PORT = "8080";

/** Sent where the source sends it: as the documents do. */
const EXAMPLE_TYPE = "course.enrolled";

/** Variables that decide which secret is used. WEBHOOK_SECRET does too, but secrets are not printed. */
const CARRIED = ["HOOKGATE_CONFIG", "DATA_DIR"];

/** The line that sends a signed event from another shell in the same folder. */
export function sendLine(edgeAddress: string, options: SendLineOptions): string {
  const { sources, types, env } = options;
  const [type = EXAMPLE_TYPE] = types.includes(EXAMPLE_TYPE) ? [] : types;
  const words = CARRIED.flatMap((name) => (env[name] ? [`${name}=${quote(env[name])}`] : []));
  words.push(`npx hookgate send ${quote(type)}`);
  if (sources.length > 1 && sources[0] !== undefined) words.push(`--source ${quote(sources[0])}`);
  const { origin, port } = new URL(edgeAddress);
  if (port !== DEFAULT_EDGE_PORT) words.push(`--url ${quote(origin)}`);
  return words.join(" ");
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
