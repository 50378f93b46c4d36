// What other rooms use of the VMM's side.

export { wakeup } from './events.ts';
export { createMachine, type Machine, type MachineState, type Resume } from './machine.ts';
export { POLICIES, type Policy, policyNamed, SUSPEND_DENIALS, type SuspendDenial } from './policy.ts';
export { react } from './react.ts';
export { carryOut, type Reaction, type VmmDecision } from './reaction.ts';
export { powerOn } from './restart.ts';
export { VMM_RULES, type VmmRuleId } from './rules.ts';
export { setup } from './setup.ts';
