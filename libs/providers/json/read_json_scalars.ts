import {
  COMMA,
  INVALID,
  JSON_DEPTH_MAX,
  OPEN_BRACE,
  opens,
  parseScalar,
  pointerTokens,
  type Span,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
  spells,
  startOfJson,
} from "@hookgate/signature";
import type { Scalar } from "@hookgate/types";

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** JSON pointers (RFC 6901) as a tree of their steps. */
export interface PointerTree {
  /** The pointer that ends here; null if none does. */
  readonly pointer: string | null;
  /** The next steps. */
  readonly steps: readonly PointerStep[];
  /** The steps that can also lead into an array, by index. */
  readonly itemSteps: ReadonlyMap<number, PointerStep>;
}

/** A step into the member of that name, or to the item of that index. */
export interface PointerStep {
  readonly name: string;
  readonly tree: PointerTree;
}

/** Builds the tree of some pointers. */
export function pointerTree(pointers: readonly string[]): PointerTree {
  return grow(pointers.map((pointer) => ({ pointer, tokens: pointerTokens(pointer) })));
}

interface Branch {
  pointer: string;
  /** The remaining tokens. */
  tokens: readonly string[];
}

function grow(branches: readonly Branch[]): PointerTree {
  const onward = Map.groupBy(
    branches.filter(({ tokens }) => tokens.length > 0),
    ({ tokens: [name = ""] }) => name,
  );
  const steps = [...onward].map(([name, grouped]) => {
    const shorter = grouped.map(({ pointer, tokens }) => ({ pointer, tokens: tokens.slice(1) }));
    return { name, tree: grow(shorter) };
  });
  const items = steps.filter(({ name }) => INDEX.test(name));
  return {
    pointer: branches.find(({ tokens }) => tokens.length === 0)?.pointer ?? null,
    steps,
    itemSteps: new Map(items.map((step) => [Number(step.name), step])),
  };
}

/** Stands for an object or an array, which is not read. */
export const JSON_PARTS: unique symbol = Symbol("an object or an array");

/** The value at a pointer. */
export type JsonField = Scalar | typeof JSON_PARTS;

/** A value on the way to the end of a pointer, and the values of the steps from there. */
interface Visit extends Span {
  inside: ReadonlyMap<PointerStep, Visit>;
}

const NOWHERE: Visit["inside"] = new Map();

/**
 * Reads the values at JSON pointers (RFC 6901); no entry if there is no value. Null if the bytes are not JSON, or nest
 * deeper than {@linkcode JSON_DEPTH_MAX}.
 *
 * Accepts and finds the same as `JSON.parse(new TextDecoder().decode(json))` with a look-up of own members: invalid UTF-8
 * is replaced, a byte order mark dropped, the last of several members with one name counts, 1e400 is Infinity. But it makes
 * objects only on the way to pointers, so a hostile document (400 KB of brackets, 50,000 names) takes time in proportion to
 * its length and to the number of pointers at one level.
 */
export function readJsonScalars(
  json: Uint8Array,
  tree: PointerTree,
): ReadonlyMap<string, JsonField> | null {
  const root = visit(json, tree, { start: startOfJson(json), levels: JSON_DEPTH_MAX });
  if (root === null || skipSpace(json, root.end) !== json.length) return null;
  const found = new Map<string, JsonField>();
  collect(json, tree, { at: root, found });
  return found;
}

/** Calls itself for each step of a pointer, at most as deep as the document may be. */
function visit(
  json: Uint8Array,
  tree: PointerTree,
  { start, levels }: { start: number; levels: number },
): Visit | null {
  const opening = json[start];
  if (tree.steps.length === 0 || !opens(opening)) {
    const end = skipValue(json, start, levels);
    return end === INVALID ? null : { start, end, inside: NOWHERE };
  }
  if (levels === 0) return null;
  // A repeated name replaces the earlier member and everything found in it.
  const inside = new Map<PointerStep, Visit>();
  // In ASCII a closing brace or bracket is two after the opening one.
  const closing = opening + 2;
  let at = skipSpace(json, start + 1);
  for (let index = 0, more = json[at] !== closing; more; index += 1) {
    let step = tree.itemSteps.get(index);
    if (opening === OPEN_BRACE) {
      const key = { start: at, end: skipString(json, at) };
      at = skipColon(json, key.end);
      if (at === INVALID) return null;
      step = tree.steps.find(({ name }) => spells(json, key, name));
    }
    if (step === undefined) {
      at = skipValue(json, at, levels - 1);
    } else {
      const found = visit(json, step.tree, { start: at, levels: levels - 1 });
      if (found === null) return null;
      inside.set(step, found);
      at = found.end;
    }
    at = skipSpace(json, at);
    more = json[at] === COMMA;
    if (more) at = skipSpace(json, at + 1);
  }
  return json[at] === closing ? { start, end: at + 1, inside } : null;
}

function collect(
  json: Uint8Array,
  { pointer }: PointerTree,
  { at, found }: { at: Visit; found: Map<string, JsonField> },
): void {
  if (pointer !== null) {
    found.set(pointer, opens(json[at.start]) ? JSON_PARTS : parseScalar(json, at));
  }
  for (const [{ tree }, next] of at.inside) collect(json, tree, { at: next, found });
}
