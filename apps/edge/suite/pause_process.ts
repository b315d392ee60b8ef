/** Stops this process's only loop for a time, as a signal or a busy machine would. */
export function pauseProcess(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
