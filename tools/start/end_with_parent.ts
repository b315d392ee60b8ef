/**
 * Loaded into each app by `npm start` (`--import`): ends the app, in good order, when the supervisor is gone without
 * having said so. Apps run in process groups of their own, so nothing else would reach them, and the next start would
 * find their ports taken.
 */
const parent = new URL(import.meta.url).searchParams.get("parent");

// An app hands its Node flags on to the processes it forks; their channel is the app's affair.
if (parent === String(process.ppid)) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
