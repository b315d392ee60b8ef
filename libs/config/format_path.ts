const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Longest key that a path shows, in characters. */
const KEY_CHARS_MAX = 100;

/** Writes a key path as one would write it in TypeScript: `sources["stripe/eu"].secrets[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the default export";
  return path.map(toStep).join("").replace(/^\./, "");
}

function toStep(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  if (IDENTIFIER.test(name) && name.length <= KEY_CHARS_MAX) return `.${name}`;
  return `[${JSON.stringify(name.slice(0, KEY_CHARS_MAX))}]`;
}
