/**
 * Loaded before dependency-cruiser (`--import`): teaches the visitor that it borrows from swc the declarations `using`
 * and `await using`, which swc parses but its visitor refuses. To be dropped once dependency-cruiser reads TypeScript 7.
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

// The visitor is no part of swc's typed surface.
const { Visitor } = createRequire(import.meta.url)("@swc/core/Visitor.js");
const visitor: Visitor = Visitor.prototype;
const visitStatement = visitor.visitStatement;

visitor.visitStatement = function (this: Visitor, statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};
