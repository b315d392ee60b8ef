"use strict";
// Plain CommonJS: a Node too old for TypeScript can run it, and print this instead of a syntax error.
const NODE_MAJOR = 24;
const major = Number.parseInt(process.versions.node, 10);
if (major < NODE_MAJOR) {
  process.stderr.write(
    `Cannot start: Hookgate brings Node ${NODE_MAJOR} as a package, and this is Node ${process.versions.node}.\n` +
      "Run npm install (without --omit=optional: Node is one of the optional packages), then npm start.\n",
  );
  process.exit(1);
}
