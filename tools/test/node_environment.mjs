import vm from "node:vm";
import { TestEnvironment } from "jest-environment-node";

/**
 * jest's environment for Node, but its globals are properties like any others. Those of jest go through a proxy, which looks up
 * `Math` or `Uint8Array` so slowly that tests of hot loops take three times as long.
 */
export default class NodeEnvironment extends TestEnvironment {
  constructor(...args) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
  }
}
