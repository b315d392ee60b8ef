import { expect, test } from "@jest/globals";
import { packBody } from "../contract/protected_body.ts";
import type { CheckedStep } from "../contract/upkeep.ts";
import { CHECK_EVENTS_MAX } from "../contract/upkeep.ts";
import { commit, newCapture, newEvent, type SuiteContext } from "./fixtures.ts";

export function testUpkeep(context: SuiteContext): void {
  /** Every step of one check. */
  async function check(): Promise<CheckedStep[]> {
    const steps: CheckedStep[] = [];
    let cursor: string | null = null;
    do {
      const step: CheckedStep = await context.store.checkStep(cursor);
      steps.push(step);
      cursor = step.cursor;
    } while (cursor !== null);
    return steps;
  }

  test("durability() says that commits outlive a loss of power", async () => {
    const facts = await context.store.durability();
    expect(facts).toContainEqual({
      what: "commits",
      value: expect.stringMatching(/fsynced \(synchronous = (?:full|extra)\)|w: majority, j: true/),
      problem: "",
      severe: false,
    });
  });

  test("checkStep() looks at everything once, a bounded part at a time", async () => {
    const small = Array.from({ length: CHECK_EVENTS_MAX + 5 }, () => newCapture(newEvent()));
    const large = [1, 2, 3].map((n) => newCapture(newEvent({ body: Buffer.alloc(2 ** 20, n) })));
    await commit(context.store, small);
    await commit(context.store, large);
    const steps = await check();
    const sum = (of: "events" | "deliveries") => steps.reduce((all, step) => all + step[of], 0);
    const count = small.length + large.length;
    expect({ events: sum("events"), deliveries: sum("deliveries") }).toEqual({
      events: count,
      deliveries: count,
    });
    expect(Math.max(...steps.map(({ events }) => events))).toBeLessThanOrEqual(CHECK_EVENTS_MAX);
    expect(steps.filter(({ events }) => events > 0).length).toBeGreaterThanOrEqual(3);
    expect(steps.flatMap(({ problems }) => problems)).toEqual([]);
  });

  test("checkStep() finds a body whose digest is another's", async () => {
    const [whole, wrong] = [newEvent(), newEvent()];
    const altered = { ...wrong, bodySha256: newEvent().bodySha256 };
    await commit(context.store, [newCapture(whole), newCapture(altered)]);
    const problems = (await check()).flatMap((step) => step.problems);
    expect(problems).toEqual([`The body of ${wrong.id} is not the one that was received.`]);
  });

  test("checkStep() looks whether a protected body is whole, whose digest is not that of what is stored", async () => {
    const parts = { body: Buffer.from('{"a":"[encrypted]"}'), sealed: Buffer.alloc(50, 7) };
    const flags = ["protected"] as const;
    const whole = { ...newEvent(), flags, body: await packBody(parts) };
    const damaged = { ...newEvent(), flags, body: Buffer.from(whole.body) };
    damaged.body[20] = 8;
    await commit(context.store, [newCapture(whole), newCapture(damaged)]);
    const problems = (await check()).flatMap((step) => step.problems);
    expect(problems).toEqual([`The body of ${damaged.id} is not the one that was received.`]);
  });

  test("checkStep() refuses a cursor that is not its own", async () => {
    for (const cursor of ["", "3", "events", "keys:1", "events:1; DROP TABLE events"]) {
      await expect(context.store.checkStep(cursor)).rejects.toThrow(RangeError);
    }
  });
}
