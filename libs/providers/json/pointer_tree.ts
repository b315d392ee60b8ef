import { pointerTokens } from "@hookgate/signature";

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** JSON pointers (RFC 6901) by their steps, those that begin alike together. */
export interface PointerTree {
  /** The pointer that ends here; null where none does. */
  readonly pointer: string | null;
  /** Where pointers go on to. */
  readonly steps: readonly PointerStep[];
  /** Those of the steps that lead into an array, too, by the index of the item. */
  readonly itemSteps: ReadonlyMap<number, PointerStep>;
}

/** A step into the member of that name, or to the item of that index. */
export interface PointerStep {
  readonly name: string;
  readonly tree: PointerTree;
}

/** Makes the tree of some pointers. */
export function pointerTree(pointers: readonly string[]): PointerTree {
  return grow(pointers.map((pointer) => ({ pointer, tokens: pointerTokens(pointer) })));
}

interface Branch {
  pointer: string;
  /** Tokens that are still to go. */
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
