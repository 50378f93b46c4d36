// What other rooms use of the VMM's side.

export { wakeup } from './events.ts';
export { createMachine, type Machine } from './machine.ts';
export { POLICIES, type Policy, policyNamed } from './policy.ts';
export { react } from './react.ts';
export type { Reaction, VmmDecision } from './reaction.ts';
export { powerOn } from './restart.ts';
export { VMM_RULES } from './rules.ts';
export { setup } from './setup.ts';
