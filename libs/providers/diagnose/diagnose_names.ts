/** What a header's name may be to be shown: anybody chooses them. */
const SHOWN = /^[A-Za-z0-9_-]{3,80}$/;
/** Names that are looked at. */
const NAMES_MAX = 200;
/** Letters that may differ. */
const DISTANCE_MAX = 2;

/** The name among those sent that looks like the wanted one; null where none does. */
export function similarName(wanted: string, sent: readonly string[]): string | null {
  const core = coreOf(wanted);
  let best: { name: string; distance: number } | null = null;
  for (const name of sent.slice(0, NAMES_MAX)) {
    if (!SHOWN.test(name) || name.toLowerCase() === wanted) continue;
    const distance = distanceOf(core, coreOf(name));
    if (distance > DISTANCE_MAX || distance * 4 > core.length) continue;
    if (best === null || distance < best.distance) best = { name, distance };
  }
  return best?.name ?? null;
}

/** Without what proxies and frameworks add, and without what they put between words. */
function coreOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(?:http[-_])?(?:x[-_])?/, "")
    .replace(/[-_]/g, "");
}

/** Letters to put in, take out or change (Levenshtein); of names of at most 80 letters. */
function distanceOf(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > DISTANCE_MAX) return DISTANCE_MAX + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
