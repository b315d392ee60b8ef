import { pointerTokens } from "@hookgate/signature";

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** Stands for any member or item in a pointer. */
const ANY = "*";

/** What is looked for in a body. */
export interface WantedPlaces {
  /** JSON pointers, as `where` of a subscription has them; `*` is any member or item. None is within another. */
  places: readonly WantedPlace[];
  /** Pointer to the id of the person that the body is about; null if nobody is looked for. */
  subject: string | null;
}

/** A place, and whether it is taken out with its name or replaced. */
export interface WantedPlace {
  pointer: string;
  cut: boolean;
}

/** The place of the subject. */
export const SUBJECT = -1;

/** Trees by what they were made of: a source's places stay the same for all its events. */
const trees = new WeakMap<WantedPlaces, PlaceNode>();

/** The tree of the places that are looked for. */
export function placeTree(wanted: WantedPlaces): PlaceNode {
  const known = trees.get(wanted) ?? makeTree(wanted);
  trees.set(wanted, known);
  return known;
}

function makeTree({ places, subject }: WantedPlaces): PlaceNode {
  const patterns = places.map(({ pointer, cut }, place) => {
    return { tokens: pointerTokens(pointer), place, cut };
  });
  if (subject !== null) {
    patterns.push({ tokens: pointerTokens(subject), place: SUBJECT, cut: false });
  }
  return grow(patterns);
}

/** A pointer, or what is left of it. */
interface Pattern extends End {
  tokens: readonly string[];
}

/** Where a pointer ends. */
interface End {
  place: number;
  cut: boolean;
}

/** Pointers as a tree of their steps. A member can be on several at once, one of them by `*`. */
export interface PlaceNode {
  ends: readonly End[];
  names: readonly { name: string; node: PlaceNode }[];
  /** Names that can be indexes, too. */
  items: ReadonlyMap<number, PlaceNode>;
  any: PlaceNode | null;
  /** Whether anything but ends is here. */
  leads: boolean;
}

export const NOWHERE: readonly PlaceNode[] = [];

function grow(patterns: readonly Pattern[]): PlaceNode {
  const onward = Map.groupBy(
    patterns.filter(({ tokens }) => tokens.length > 0),
    ({ tokens: [token = ""] }) => token,
  );
  const steps = [...onward].map(([name, grouped]) => {
    const shorter = grouped.map((pattern) => ({ ...pattern, tokens: pattern.tokens.slice(1) }));
    return { name, node: grow(shorter) };
  });
  const names = steps.filter(({ name }) => name !== ANY);
  const indexes = names.filter(({ name }) => INDEX.test(name));
  return {
    ends: patterns.filter(({ tokens }) => tokens.length === 0),
    names,
    items: new Map(indexes.map(({ name, node }) => [Number(name), node])),
    any: steps.find(({ name }) => name === ANY)?.node ?? null,
    leads: steps.length > 0,
  };
}

/** The nodes that a member of this name leads to. */
export function named(
  nodes: readonly PlaceNode[],
  isNamed: (name: string) => boolean,
): readonly PlaceNode[] {
  let found: PlaceNode[] | undefined;
  for (const { names, any } of nodes) {
    if (any !== null) found = [...(found ?? []), any];
    for (const { name, node } of names) if (isNamed(name)) found = [...(found ?? []), node];
  }
  return found ?? NOWHERE;
}

/** The nodes that an item leads to. */
export function itemAt(nodes: readonly PlaceNode[], index: number): readonly PlaceNode[] {
  let found: PlaceNode[] | undefined;
  for (const { items, any } of nodes) {
    const node = items.get(index);
    if (any !== null) found = [...(found ?? []), any];
    if (node !== undefined) found = [...(found ?? []), node];
  }
  return found ?? NOWHERE;
}

/** The place of which a member is cut out; null if it stays. */
export function cutOf(nodes: readonly PlaceNode[]): number | null {
  for (const { ends } of nodes) for (const { place, cut } of ends) if (cut) return place;
  return null;
}

/** Whether one of two pointers can lead into what the other one leads to. */
export function pointersOverlap(one: string, other: string): boolean {
  const [long, short] = [pointerTokens(one), pointerTokens(other)].sort(
    (a, b) => b.length - a.length,
  );
  return (short ?? []).every((token, index) => {
    return token === ANY || long?.[index] === ANY || long?.[index] === token;
  });
}
