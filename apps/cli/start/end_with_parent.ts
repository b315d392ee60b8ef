/**
 * Loaded into each app by `npm start` (`--import`): drains the app when the supervisor was killed. Apps run in their own
 * process groups, so no signal of the terminal reaches them, and the next start would find their ports taken.
 */
const parent = new URL(import.meta.url).searchParams.get("parent");

// Processes that an app forks inherit its Node flags; their IPC channel belongs to the app.
if (parent === String(process.ppid)) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
