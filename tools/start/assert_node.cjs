"use strict";
const { ensureNode } = require("../../libs/config/ensure_node.cjs");

if (!ensureNode({ main: __filename, rerun: false })) process.exit();
