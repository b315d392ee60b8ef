import { type Form, fieldText, fieldTextPieces } from "@hookgate/types";

/** Bytes of a large form that are read in one turn of the event loop: at most 3 ms if they are hostile … */
const TURN_BYTES = 128 * 1024;
/** … a field or a comparison counts for as many as this, however short it is … */
const STEP_BYTES = 128;
/** … and bytes that are only compared or copied for fewer: they take a tenth of the time. */
const LIGHT = 1 / 8;

/** Shorter pieces of what is signed are joined: hashing each takes longer than its bytes. */
const JOINED_BYTES = 32 * 1024;

/**
 * Names and values, sorted by name; several values of one name are sorted, without repetitions. Null if it has no fields: with
 * another content type a form is empty, and the body would pass unsigned. So would a file.
 */
export function sortForm(form: Form): Uint8Array | null {
  if (!hasOnlyText(form)) return null;
  const values = new Map<string, Set<string>>();
  for (const field of form) {
    const known = values.get(field.name) ?? new Set();
    values.set(field.name, known.add(fieldText(field)));
  }
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(
    sorted.flatMap(([name, own]) => [...own].sort().map((one) => name + one)).join(""),
  );
}

/** The same of a form of any size, a piece in a turn of the event loop: `nextTurn` settles once others had theirs. */
export async function sortFormInTurns(
  form: Form,
  { nextTurn }: { nextTurn: () => Promise<unknown> },
): Promise<Uint8Array[] | null> {
  if (!hasOnlyText(form)) return null;
  const steps = sortSteps(form);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await nextTurn();
  }
}

function hasOnlyText(form: Form): boolean {
  return form.length > 0 && form.every(({ file }) => file === null);
}

/** Work that is done in turns: yields where one ends. */
type Steps<Result> = Generator<undefined, Result, undefined>;

/** What is left of a turn, in bytes. */
interface Turn {
  left: number;
}

/** Takes what was done from a turn, and ends it once nothing is left. */
function* spend(turn: Turn, bytes: number): Steps<void> {
  turn.left -= STEP_BYTES + bytes;
  if (turn.left > 0) return;
  yield;
  turn.left = TURN_BYTES;
}

/** A field, its value in UTF-8. */
interface Text {
  name: string;
  value: readonly Uint8Array[];
}

function* sortSteps(form: Form): Steps<Uint8Array[]> {
  const turn = { left: TURN_BYTES };
  const texts: Text[] = [];
  for (const field of form) {
    const value: Uint8Array[] = [];
    for (const piece of fieldTextPieces(field)) {
      value.push(piece);
      yield* spend(turn, piece.length);
    }
    texts.push({ name: field.name, value });
  }
  return yield* joinSteps(yield* mergeSort(texts, turn), turn);
}

/** Sorts by merging: the engine's own sort cannot pause, and comparing large values takes long. */
function* mergeSort(texts: readonly Text[], turn: Turn): Steps<readonly Text[]> {
  let runs: (readonly Text[])[] = texts.map((text) => [text]);
  while (runs.length > 1) {
    const merged: Text[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(yield* merge(runs[at] ?? [], runs[at + 1] ?? [], turn));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge(left: readonly Text[], right: readonly Text[], turn: Turn): Steps<Text[]> {
  const merged: Text[] = [];
  let at = 0;
  for (const text of left) {
    for (let next = right[at]; next !== undefined; next = right[at]) {
      if ((yield* compare(text, next, turn)) <= 0) break;
      merged.push(next);
      at += 1;
    }
    merged.push(text);
  }
  return [...merged, ...right.slice(at)];
}

/** By name, then by value, as JavaScript compares strings. */
function* compare(one: Text, other: Text, turn: Turn): Steps<number> {
  yield* spend(turn, Math.min(one.name.length, other.name.length) * LIGHT);
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  // Where the next bytes to compare are, piece and offset.
  const [a, b] = [
    { piece: 0, at: 0 },
    { piece: 0, at: 0 },
  ];
  for (;;) {
    const left = one.value[a.piece]?.subarray(a.at);
    const right = other.value[b.piece]?.subarray(b.at);
    if (left === undefined || right === undefined) {
      return Number(left !== undefined) - Number(right !== undefined);
    }
    const length = Math.min(left.length, right.length);
    const order = compareBytes(left.subarray(0, length), right.subarray(0, length));
    yield* spend(turn, length * LIGHT);
    if (order !== 0) return order;
    step(a, { length, of: left });
    step(b, { length, of: right });
  }
}

function step(
  place: { piece: number; at: number },
  { length, of }: { length: number; of: Uint8Array },
) {
  if (length < of.length) place.at += length;
  else {
    place.piece += 1;
    place.at = 0;
  }
}

/** Compares as many bytes of UTF-8 as their texts compare in UTF-16: what has surrogates there comes before U+E000 and above. */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  if (Buffer.compare(one, other) === 0) return 0;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  return rank(one[at]) - rank(other[at]);
}

/** U+E000 to U+FFFF begin with these two bytes. */
function rank(byte = 0): number {
  return byte === 0xee || byte === 0xef ? byte + 0x10 : byte;
}

/** Names and values in a row, each once. */
function* joinSteps(sorted: readonly Text[], turn: Turn): Steps<Uint8Array[]> {
  const joined: Uint8Array[] = [];
  let short: Uint8Array[] = [];
  let bytes = 0;
  let before: Text | undefined;
  for (const text of sorted) {
    if (before !== undefined && (yield* compare(before, text, turn)) === 0) continue;
    before = text;
    for (const piece of [Buffer.from(text.name), ...text.value]) {
      if (bytes + piece.length > JOINED_BYTES) {
        joined.push(...joinShort(short));
        short = [];
        bytes = 0;
      }
      short.push(piece);
      bytes += piece.length;
      yield* spend(turn, piece.length * LIGHT);
    }
  }
  return [...joined, ...joinShort(short)];
}

function joinShort(short: readonly Uint8Array[]): readonly Uint8Array[] {
  return short.length > 1 ? [Buffer.concat(short)] : short;
}
