import { alsoTime, type Trial, triableOf } from "./diagnose_trial.ts";

/** Most other URLs that are tried. */
const URLS_MAX = 200;
/** A plausible host in a header. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** A URL, split into the parts that are often wrong. */
interface Parts {
  scheme: string;
  /** With its port, if it has one. */
  host: string;
  path: string;
  /** With its `?`; empty if there is none. */
  query: string;
}

/** Which other spelling of the public URL the provider signed. */
export function urlDiagnoses(trial: Trial): string[] {
  const received = split(trial.request.url);
  if (received === null || !signsUrl(trial)) return [];
  for (const parts of candidates(received, trial)) {
    const match = trial.match({ request: { url: join(parts) } });
    if (match !== null) return [`${describeUrl(parts, received)}${alsoTime(match)}`];
  }
  return [];
}

function signsUrl({ provider }: Trial): boolean {
  if (provider.needsPublicUrl) return true;
  return triableOf(provider.recipe).some(
    (one) =>
      "signed" in one &&
      one.signed.some(
        (part) =>
          part === "url" || part === "path" || (typeof part === "object" && "urlDecoding" in part),
      ),
  );
}

function* candidates(received: Parts, trial: Trial): Generator<Parts> {
  const tried = new Set([join(received)]);
  for (const parts of product(received, trial)) {
    const url = join(parts);
    if (tried.has(url)) continue;
    tried.add(url);
    yield parts;
    if (tried.size > URLS_MAX) return;
  }
}

/** Every combination of parts, those with few changes first. */
function product(received: Parts, trial: Trial): Parts[] {
  const { scheme, host, path, query } = received;
  const schemes = [scheme, scheme === "https" ? "http" : "https"];
  const all: [number, Parts][] = [];
  for (const [s, one] of schemes.entries()) {
    for (const [h, other] of hosts(host, trial).entries()) {
      for (const [p, way] of paths(path, trial).entries()) {
        for (const [q, asked] of queries(query).entries()) {
          const changed = [s, h, p, q].filter((index) => index > 0).length;
          all.push([changed, { scheme: one, host: other, path: way, query: asked }]);
        }
      }
    }
  }
  return all.sort(([a], [b]) => a - b).map(([, parts]) => parts);
}

function hosts(host: string, { request, source }: Trial): string[] {
  const configured = source.publicUrl === null ? null : split(source.publicUrl);
  const sent = ["host", "x-forwarded-host"]
    .flatMap((name) => request.headers(name))
    .flatMap((value) => value.split(",", 4).map((one) => one.trim()))
    .filter((value) => HOST.test(value))
    .slice(0, 4);
  const known = [host, ...(configured === null ? [] : [configured.host]), ...sent];
  const port = request.headers("x-forwarded-port").filter((value) => /^\d{1,5}$/.test(value));
  const ports = ["", ":443", ":80", ":8080", ":8443", ...port.slice(0, 1).map((one) => `:${one}`)];
  const bare = known.map((one) => one.replace(/:\d+$/, ""));
  const all = [...known, ...bare.flatMap((one) => ports.map((end) => `${one}${end}`))];
  return [...new Set([...all, host.toLowerCase()])].slice(0, 24);
}

function paths(path: string, { source }: Trial): string[] {
  const configured = source.publicUrl === null ? null : split(source.publicUrl);
  const slashed = path.endsWith("/") ? path.replace(/\/+$/, "") : `${path}/`;
  const all = [path, slashed, tryDecode(path), path.toLowerCase()];
  return [...new Set([...all, ...(configured === null ? [] : [configured.path])])];
}

function queries(query: string): string[] {
  if (query === "") return [""];
  const pairs = query.slice(1).split("&", 64);
  const sorted = [...pairs].sort();
  const all = [query, "", `?${sorted.join("&")}`, `?${sorted.reverse().join("&")}`];
  return [...new Set([...all, tryDecode(query), query.replaceAll("%20", "+")])];
}

function tryDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It has a percent sign that does not start an escape.
    return text;
  }
}

/** Splits without normalising anything: signatures cover the exact characters. */
function split(url: string): Parts | null {
  const found = /^(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?/i.exec(url);
  if (found === null) return null;
  const [, scheme = "", host = "", path = "", query = ""] = found;
  return { scheme: scheme.toLowerCase(), host, path, query };
}

function join({ scheme, host, path, query }: Parts): string {
  return `${scheme}://${host}${path}${query}`;
}

function describeUrl(signed: Parts, received: Parts): string {
  const differences: string[] = [];
  if (signed.scheme !== received.scheme) {
    differences.push(`${signed.scheme} instead of ${received.scheme}`);
  }
  if (signed.host !== received.host) {
    differences.push(`host ${shown(signed.host)} instead of ${shown(received.host)}`);
  }
  if (signed.path !== received.path) differences.push(describePath(signed.path, received.path));
  if (signed.query !== received.query) {
    differences.push(signed.query === "" ? "no query" : "its query in another order or encoding");
  }
  const what = `The signature is right for another URL: ${differences.join(", ")}`;
  // A query is not configured: it is taken from each request.
  const isConfigurable = signed.query === received.query;
  const url = join({ ...signed, host: shown(signed.host), query: "" });
  return isConfigurable ? `${what}; set this source's publicUrl to ${url}.` : `${what}.`;
}

/** A host without a user and password. */
function shown(host: string): string {
  return host.replace(/^.*@/, "");
}

function describePath(signed: string, received: string): string {
  if (signed === `${received}/`) return "with a slash at its end";
  if (`${signed}/` === received) return "without the slash at its end";
  return "a different spelling of the path";
}
