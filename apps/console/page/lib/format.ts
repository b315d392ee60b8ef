/** Small texts out of numbers. */

const UNITS = ["bytes", "KiB", "MiB", "GiB"];

/** A size, such as `1.2 KiB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

/** A length of time, such as `13 ms`, `4.2 s`, `3 min`, `2 h`, `5 d`. */
export function formatSpan(ms: number): string {
  const absolute = Math.abs(ms);
  if (absolute < 1_000) return `${Math.round(absolute)} ms`;
  if (absolute < 60_000) return `${(absolute / 1_000).toFixed(absolute < 10_000 ? 1 : 0)} s`;
  if (absolute < 3_600_000) return `${Math.round(absolute / 60_000)} min`;
  if (absolute < 48 * 3_600_000) return `${Math.round(absolute / 3_600_000)} h`;
  return `${Math.round(absolute / 86_400_000)} d`;
}

/** How long ago, or in how long. */
export function formatRelative(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs;
  if (Math.abs(agoMs) < 1_500) return "now";
  return agoMs > 0 ? `${formatWhole(agoMs)} ago` : `in ${formatWhole(agoMs)}`;
}

/** Whole seconds: a list in which tenths run is restless. */
function formatWhole(ms: number): string {
  const absolute = Math.abs(ms);
  return absolute < 60_000 ? `${Math.round(absolute / 1_000)} s` : formatSpan(absolute);
}

/** The exact time, in the reader's zone and in UTC. */
export function formatExact(atMs: number): string {
  const date = new Date(atMs);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const local = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  return `${local} ${zone}\n${date.toISOString()}`;
}

/** A number with its thousands apart. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** `1 delivery`, `2 deliveries`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** An id, short enough for a table: what differs is at its end. */
export function shortId(id: string): string {
  const [prefix = "", rest = ""] = id.split("_");
  return rest.length > 12 ? `${prefix}_…${rest.slice(-8)}` : id;
}
