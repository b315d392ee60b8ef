import { expect } from "@jest/globals";
import { ModelStore } from "./model_store.ts";

/** Operations that the model knows, as both have them. */
type Shared = {
  [K in keyof ModelStore]: ModelStore[K] extends (now: number, ...rest: never[]) => unknown
    ? K
    : never;
}[keyof ModelStore];

type ArgsOf<K extends Shared> = ModelStore[K] extends (now: number, ...args: infer A) => unknown
  ? A
  : never;

type AnswerOf<K extends Shared> = ModelStore[K] extends (now: number, ...args: never[]) => infer R
  ? R
  : never;

/** A store under test. */
export interface Peer {
  /** Whether calls happen exactly at the time they are given; otherwise it is the store's clock that counts. */
  exact: boolean;
  now(): number;
  /** Moves the clock forward. */
  advance(ms: number): void | Promise<void>;
  /** Calls any operation of the contract. */
  call(operation: string, now: number, args: readonly unknown[]): unknown;
}

/** A store's own times are compared to within this, in milliseconds, unless it is exact. */
const SOON_MS = 300_000;

/** A store and a model of it, which have to answer alike. */
export class Comparison {
  readonly peer: Peer;
  readonly model = new ModelStore();

  constructor(peer: Peer) {
    this.peer = peer;
  }

  /** Calls both, and returns what both have answered. */
  async both<K extends Shared>(operation: K, ...args: ArgsOf<K>): Promise<AnswerOf<K>> {
    const now = this.peer.now();
    const run = this.model[operation] as (now: number, ...args: unknown[]) => AnswerOf<K>;
    const expected = run.call(this.model, now, ...args);
    this.compare(await this.peer.call(operation, now, args), expected, operation);
    return expected;
  }

  /** Holds an answer against what is expected. */
  compare(actual: unknown, expected: unknown, operation: string): void {
    const view = (answer: unknown) => ({ operation, answer: this.#view(answer) });
    expect(view(actual)).toEqual(view(expected));
  }

  /** An answer without what cannot be equal. */
  #view(answer: unknown): unknown {
    if (typeof answer === "number") {
      const isOwn = !this.peer.exact && answer > 1e12 && answer < this.peer.now() + SOON_MS;
      return isOwn ? "now" : answer;
    }
    if (Array.isArray(answer)) {
      const list = answer.map((one) => this.#view(one));
      return this.peer.exact ? list : list.sort(byText);
    }
    if (answer === null || typeof answer !== "object") return answer;
    const { event, ...rest } = answer as { event?: { id: string } };
    // By name: lists are sorted by the text of their entries, and a store names an entry's fields in an order of its own.
    const fields = Object.keys(rest)
      .sort()
      .map((name) => [name, this.#view(rest[name as keyof typeof rest])]);
    return { ...Object.fromEntries(fields), ...(event && { event: event.id }) };
  }
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
