import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { nextTurn } from "./once_per_turn.ts";
import { TurnGate } from "./turn_gate.ts";

test("TurnGate lets a few through in each turn, in the order in which they came", async () => {
  const gate = new TurnGate({ perTurn: 10 });
  const passed: number[] = [];
  const enter = async (number: number) => {
    const turn = gate.pass();
    if (turn !== null) await turn;
    passed.push(number);
  };
  const all = Array.from({ length: 35 }, (_, number) => enter(number));
  const seen = [passed.length];
  while (passed.length < 35) {
    await nextTurn();
    seen.push(passed.length);
  }
  expect(seen).toEqual([10, 20, 30, 35]);
  expect(passed).toEqual(Array.from({ length: 35 }, (_, number) => number));
  await Promise.all(all);
});

test("TurnGate.later() never calls back now, and has few callbacks in each turn", async () => {
  const gate = new TurnGate();
  const ran: number[] = [];
  for (let number = 0; number < 40; number += 1) gate.later(() => ran.push(number));
  const seen = [ran.length];
  while (ran.length < 40) {
    await nextTurn();
    seen.push(ran.length);
  }
  expect(seen).toEqual([0, 16, 32, 40]);
  expect(ran).toEqual(Array.from({ length: 40 }, (_, number) => number));
});

test("TurnGate.later() goes on after a callback that throws, and with what a callback adds", () => {
  const script = `
    import { TurnGate } from "./turn_gate.ts";
    process.on("uncaughtException", ({ message }) => console.log(message));
    const gate = new TurnGate();
    gate.later(() => { throw new Error("first"); });
    gate.later(() => { console.log("second"); gate.later(() => console.log("third")); });`;
  // In a process of its own: what nobody catches would fail this test.
  const args = ["--input-type=module", "--eval", script];
  const output = execFileSync(process.execPath, args, { cwd: import.meta.dirname });
  expect(`${output}`).toBe("first\nsecond\nthird\n");
});

test("TurnGate lets nobody overtake those that wait, and everybody in when it was left alone", async () => {
  const gate = new TurnGate({ perTurn: 2 });
  const first = [gate.pass(), gate.pass(), gate.pass(), gate.pass()];
  expect(first.map((turn) => turn === null)).toEqual([true, true, false, false]);
  await Promise.all(first);
  // Those two were this turn's.
  expect(gate.pass()).not.toBeNull();
  await nextTurn();
  await nextTurn();
  expect(gate.pass()).toBeNull();
});
