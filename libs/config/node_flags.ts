/**
 * Node's own flags for edge, dispatcher and gateway.
 *
 * Left alone, V8 lets the young generation of a busy process grow to 130 MB: with 16 MB for each of its halves an edge under
 * overload has 190 MB instead of 320, and an event costs the same. With 8 MB what requests hold is moved to the old generation,
 * and the edge has more again.
 *
 * And V8 marks the whole heap again whenever it has grown by some 8 MB, which bodies on their way do in a second: 5 to 15 ms in
 * which nobody is answered. So it may grow to twice what was left last time, from about 25 MB. With two and a half times a flood
 * of hostile JSON leaves edge and dispatcher with 50 MB more, and one of gRPC calls with 20; an event costs the same.
 */
export const APP_NODE_FLAGS: readonly string[] = [
  "--max-semi-space-size=16",
  "--heap-growing-percent=100",
];
