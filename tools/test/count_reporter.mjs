/** A jest reporter: its last line, `N passed, N failed`, counts what ran, and suites that could not start. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.once("exit", () => {
      const suffix = skipped > 0 ? `, ${skipped} skipped` : "";
      process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${suffix}\n`);
    });
  }
}
