import { formatPath } from "../schema/issues.ts";

/** Deepest nesting allowed; the configuration itself needs five. */
const DEPTH_MAX = 16;

/** Most values in one configuration. */
const VALUES_MAX = 100_000;

/** A copy of a value as plain data, and the parts that are not. */
export interface PlainCopy {
  data: unknown;
  /** One sentence each, starting with the key path. */
  problems: string[];
}

interface Copying {
  problems: string[];
  values: number;
}

/** Copies objects, arrays and primitives, reading every getter once; reports anything else with its key path. */
export function copyPlainData(value: unknown): PlainCopy {
  const copying: Copying = { problems: [], values: 0 };
  const data = copyValue(value, [], copying);
  return { data, problems: copying.problems };
}

function copyValue(value: unknown, path: readonly PropertyKey[], copying: Copying): unknown {
  const refuse = (state: string) => {
    copying.problems.push(`${formatPath(path)} ${state}`);
  };
  copying.values += 1;
  if (copying.values > VALUES_MAX) {
    // Report this once: all later values are left out, too.
    if (copying.values === VALUES_MAX + 1)
      refuse(`is one too many: a configuration has at most ${VALUES_MAX} values`);
    return undefined;
  }
  const oddity = nameOddity(value);
  if (oddity !== null) return refuse(`is ${oddity}: the configuration must be plain data`);
  if (typeof value !== "object" || value === null) return value;
  if (path.length === DEPTH_MAX) return refuse(`is nested deeper than ${DEPTH_MAX} levels`);
  if (Array.isArray(value)) {
    return value
      .slice(0, VALUES_MAX)
      .map((item, index) => copyValue(item, [...path, index], copying));
  }
  return copyObject(value as Record<PropertyKey, unknown>, path, copying);
}

function copyObject(
  value: Record<PropertyKey, unknown>,
  path: readonly PropertyKey[],
  copying: Copying,
): unknown {
  const copied: Record<string, unknown> = {};
  for (const key of Reflect.ownKeys(value)) {
    // Setting `__proto__` on a plain object would change its prototype.
    if (typeof key === "symbol" || key === "__proto__") {
      copying.problems.push(`${formatPath([...path, key])} is not a valid name`);
      continue;
    }
    copied[key] = copyValue(value[key], [...path, key], copying);
  }
  return copied;
}

/** Names a value that is not plain data; null if it is. */
function nameOddity(value: unknown): string | null {
  if (typeof value === "function") {
    return /^class\b/.test(Function.prototype.toString.call(value)) ? "a class" : "a function";
  }
  if (typeof value === "symbol" || typeof value === "bigint") return `a ${typeof value}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  if (value instanceof Promise) return "a Promise (await it first)";
  const prototype: unknown = Object.getPrototypeOf(value);
  // The object may come from another realm: a plain prototype is one that has no prototype itself.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return null;
  const name: unknown = (prototype as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "not a plain object";
}
