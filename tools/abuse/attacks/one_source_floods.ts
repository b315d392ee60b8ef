import { type Attack, flood, type Hostile } from "../attack.ts";
import { signed } from "./signed.ts";

/** One source sends many events, all of them genuine. */
export const oneSourceFloods: Attack = {
  id: "S11",
  name: "one source, 400 events a second",
  ratioMax: 1.2,
  run(target) {
    const events = Array.from({ length: 5_000 }, (_, number): Hostile => {
      const body = JSON.stringify({ type: "flood", number, at: performance.timeOrigin });
      return { to: "noisy", headers: signed(body, target.secret), body, from: "127.1.11.1" };
    });
    return flood(target, events, { perSecond: 400, right: [200] });
  },
};
