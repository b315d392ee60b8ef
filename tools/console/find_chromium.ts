import { existsSync } from "node:fs";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The Chromium of this machine, or the one of CHROMIUM_PATH; null if there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | null {
  return env["CHROMIUM_PATH"] ?? PATHS.find((path) => existsSync(path)) ?? null;
}
