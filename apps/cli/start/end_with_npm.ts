/** Between two looks, in milliseconds. */
const LOOK_MS = 500;

/**
 * Tells this process to stop once its parent is gone, if npm or npx started it. npm passes a signal on to a shell, which ends without
 * passing it on: the gateway would go on by itself, on the ports that the next start wants.
 */
export function endWithNpm(): void {
  if (process.env["npm_command"] === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  look.unref();
}
