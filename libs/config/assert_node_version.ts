import { ConfigError } from "./config_error.ts";

/** The first major version with everything that Hookgate uses: `node:sqlite`, and running TypeScript directly. */
const NODE_MAJOR_MIN = 24;

/**
 * Refuses a Node that is too old. The machine's own Node is used if the packages of this platform are not installed.
 *
 * @throws {ConfigError} if the major version is below 24.
 */
export function assertNodeVersion(version: string = process.versions.node): void {
  const major = Number.parseInt(version, 10);
  if (major >= NODE_MAJOR_MIN) return;
  throw new ConfigError("Cannot start", [
    `Node ${NODE_MAJOR_MIN} or newer is needed, but this is Node ${version}: run \`npm install\`, ` +
      "then start with `npm start` or `npx`, which use the Node that comes with the project",
  ]);
}
