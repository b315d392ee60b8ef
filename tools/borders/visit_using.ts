/**
 * Loaded before dependency-cruiser (`--import`): teaches the visitor that it borrows from swc the declarations `using`
 * and `await using`, which swc parses but its visitor refuses, and has swc read `.tsx` as such, which dependency-cruiser
 * forgets. To be dropped once dependency-cruiser reads TypeScript 7.
 */
import { createRequire } from "node:module";

interface Statement {
  type: string;
  decls: unknown[];
}

interface Visitor {
  visitStatement(statement: Statement): Statement;
  visitVariableDeclarators(declarators: unknown[]): unknown[];
}

const require = createRequire(import.meta.url);

const swc: { parseFileSync(file: string, options: object): unknown } = require("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (file, options) =>
  parseFileSync.call(swc, file, { ...options, tsx: file.endsWith(".tsx") });

// The visitor is no part of swc's typed surface.
const { Visitor } = require("@swc/core/Visitor.js");
const visitor: Visitor = Visitor.prototype;
const visitStatement = visitor.visitStatement;

visitor.visitStatement = function (this: Visitor, statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};
