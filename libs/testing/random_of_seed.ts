// Taken once: looking up a global costs more than all the rest where tests run.
const { imul } = Math;

/** Makes a source of randomness in [0, 1) that repeats with the same seed (mulberry32). */
export function randomOfSeed(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
