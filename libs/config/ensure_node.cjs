"use strict";
// Plain CommonJS without dependencies: it runs on a Node that cannot load TypeScript, and before npm install.
const { spawn } = require("node:child_process");
const { existsSync, realpathSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { constants } = require("node:os");
const { dirname, join, relative } = require("node:path");

const NODE_MAJOR = 24;
const OWN_NODE = "node_modules/.bin/node";
const OWN_COMMAND = "node_modules/.bin/hookgate";
const EXIT_MISUSED = 2;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Whether this Node can run Hookgate. If not, it runs the main file again with the project's own Node, if that is asked for
 * and installed, and otherwise ends the process with one sentence.
 */
function ensureNode({ main, rerun }) {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) {
    // An app that is told to reload before it has read its configuration would end; what it reads then is the new one.
    if (!rerun) process.on("SIGHUP", () => {});
    cacheCode(dirname(main));
    return true;
  }
  const own = findOwnNode(dirname(main));
  if (own !== null && rerun) {
    runAgain(own, main);
    return false;
  }
  const how =
    own === null
      ? "run npm install, which brings it (without --omit=optional)"
      : `run ${fromHere(own)} ${fromHere(process.argv[1] ?? main)}, or npm start`;
  process.stderr.write(
    `Cannot start: Hookgate needs Node ${NODE_MAJOR}, and this is Node ${process.versions.node}; ${how}\n`,
  );
  process.exitCode = EXIT_MISUSED;
  return false;
}

/**
 * Keeps compiled code on disk, which saves a third of the CPU of a start. In the folder of the packages: anyone who can write
 * there can change the code itself, unlike in Node's own choice, the temporary folder. Workers and children follow the
 * variable; a folder that cannot be written is no error.
 */
function cacheCode(directory) {
  // Where the machine's Node will do, it may be the only one.
  const own = findUpwards(directory, OWN_NODE) ?? findUpwards(directory, OWN_COMMAND);
  if (own === null || process.env.NODE_COMPILE_CACHE !== undefined) return;
  const folder = join(dirname(own), "../.cache/hookgate");
  enableCompileCache(folder);
  process.env.NODE_COMPILE_CACHE = folder;
}

function fromHere(path) {
  return relative(process.cwd(), path);
}

/** The Node that npm install brought; null if there is none. */
function findOwnNode(directory) {
  const own = findUpwards(directory, OWN_NODE);
  return own === null || realpathSync(own) === realpathSync(process.execPath) ? null : own;
}

/** The first that exists, in this directory or one above it. */
function findUpwards(directory, path) {
  const found = join(directory, path);
  if (existsSync(found)) return found;
  return directory === dirname(directory) ? null : findUpwards(dirname(directory), path);
}

function runAgain(own, main) {
  // Ctrl-C reaches both processes by itself, if there is a terminal.
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  let child = null;
  // Before the start: a signal that comes during it is passed on, too.
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !hasTerminal) child.kill(signal);
    });
  }
  child = spawn(own, [...process.execArgv, main, ...process.argv.slice(2)], { stdio: "inherit" });
  child.on("error", ({ message }) => {
    process.stderr.write(`Cannot run ${own}: ${message}\n`);
    process.exitCode = EXIT_MISUSED;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
    for (const each of SIGNALS) process.removeAllListeners(each);
  });
}

/** Path of a Node that can run this main file: the one that runs this process, or the project's own. */
function nodeFor(main) {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  const own = findOwnNode(dirname(main));
  if (own !== null) return own;
  throw new Error(
    `Cannot start: Hookgate needs Node ${NODE_MAJOR}, and this is Node ${process.versions.node}; run npm install without --omit=optional`,
  );
}

module.exports = { ensureNode, nodeFor };
