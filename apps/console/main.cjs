"use strict";
// main.ts is a link to this file, because a Node before 24 cannot load TypeScript and would show a stack trace.
const { ensureNode } = require("../../libs/config/ensure_node.cjs");

// Not run again with another Node: a supervisor has to signal and watch the app itself.
if (ensureNode({ main: __filename, rerun: false })) import("./console_main.ts");
