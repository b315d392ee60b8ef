/** Headers in which a proxy names the client that called it. */
export interface ForwardingHeaders {
  /** `X-Forwarded-For`, several lines joined by commas. */
  forwardedFor: string | undefined;
  /** `Forwarded` (RFC 7239), several lines joined by commas. */
  forwarded: string | undefined;
}

const FOR_PARAMETER = /^for\s*=\s*(.*)$/i;
const PORT_PATTERN = /^:(?:\d{1,5}|_[A-Za-z0-9._-]+)$/;

/** The hops of `X-Forwarded-For`, nearest to the client first, as written but without ports. */
export function readForwardedFor(header: string): string[] {
  return header.split(",").map((hop) => stripPort(hop.trim()));
}

/** The same for `Forwarded`. An element that does not name exactly one hop becomes an empty string. */
export function readForwarded(header: string): string[] {
  return splitOutsideQuotes(header, ",").map((element) => {
    const hops = splitOutsideQuotes(element, ";").flatMap((parameter) => {
      const value = FOR_PARAMETER.exec(parameter.trim())?.[1];
      return value === undefined ? [] : [stripPort(unquote(value))];
    });
    return hops.length === 1 ? (hops[0] ?? "") : "";
  });
}

/** Removes port and brackets from `192.0.2.1:80` and `[2001:db8::1]:80`; anything else is returned as it is. */
function stripPort(hop: string): string {
  if (hop.startsWith("[")) {
    const end = hop.indexOf("]");
    const rest = hop.slice(end + 1);
    const sound = end > 0 && (rest === "" || PORT_PATTERN.test(rest));
    return sound ? hop.slice(1, end) : hop;
  }
  const colon = hop.indexOf(":");
  // With more than one colon it is IPv6, which has a port only in brackets.
  if (colon < 0 || colon !== hop.lastIndexOf(":")) return hop;
  return PORT_PATTERN.test(hop.slice(colon)) ? hop.slice(0, colon) : hop;
}

function unquote(value: string): string {
  if (!value.startsWith('"') || !value.endsWith('"') || value.length < 2) return value;
  return value.slice(1, -1).replace(/\\(.)/g, "$1");
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === "\\") at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
