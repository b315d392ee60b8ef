#!/usr/bin/env node
"use strict";
// main.ts is a link to this file, because a Node before 24 cannot load TypeScript and would show a stack trace.
const { ensureNode } = require("../../libs/config/ensure_node.cjs");

if (ensureNode({ main: __filename, rerun: true })) import("./cli_main.ts");
