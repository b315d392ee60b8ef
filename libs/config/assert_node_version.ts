import { ConfigError } from "./config_error.ts";

/** The first major version that has all that Hookgate uses: `node:sqlite`, and TypeScript as it is. */
const NODE_MAJOR_MIN = 24;

/**
 * Refuses a Node that is too old. The machine's own Node is used if the packages of this platform are not installed.
 *
 * @throws {ConfigError} where the major version is under 24.
 */
export function assertNodeVersion(version: string = process.versions.node): void {
  const major = Number.parseInt(version, 10);
  if (major >= NODE_MAJOR_MIN) return;
  throw new ConfigError("Cannot start", [
    `Node ${NODE_MAJOR_MIN} or newer is needed, and this is Node ${version}: run \`npm install\`, ` +
      "then start with `npm start` or `npx`, which use the Node that the project brings",
  ]);
}
