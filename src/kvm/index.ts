// What other rooms use of the model. Everything here is a value or a pure function.

export type { Answer, HypercallExit, Outcome, Returned, SystemEvent, VcpuView } from './answer.ts';
export { SYSTEM_EVENT } from './answer.ts';
export { type BootSettings, bootVm } from './boot.ts';
export type { Decision, Effect, Looked, Value } from './decision.ts';
export {
	adopt,
	beforeEntry,
	type CallPiece,
	type EntryPiece,
	handleGuestCall,
	hasWakeup,
	type KnownState,
	type Piece,
	powerOffNow,
	resetNow,
	type Trap,
} from './follow.ts';
export { onHost } from './host.ts';
export { learn, type RecordedAnswer, TELLING } from './learn.ts';
export { affinityOf, mpidrOf, vcpuIdOfMpidr } from './mpidr.ts';
export { ERRNO, FEATURE_NAMES, type FeatureName, type Operation } from './operation.ts';
export type { BehaviourName, Behaviours, HostProcessor, KernelProfile, Proof } from './profile.ts';
export {
	type BehaviourProof,
	behaviourProof,
	type Change,
	changeBehind,
	changesOf,
	differences,
	mainlineOf,
	PROFILES,
	profileForRelease,
	profileNamed,
} from './profiles.ts';
export { plainRegister } from './registers.ts';
export {
	createRelay,
	type Ids01,
	type Relay,
	type RelayAnswer,
	type RelayOperation,
	type RelayStep,
	relayStep,
	relayWay,
} from './relay.ts';
export type { Rule } from './rule.ts';
export { isRuleId, RULE_IDS, RULES, type RuleId, ruleOf } from './rules.ts';
export {
	FILTER_ACTIONS,
	type FilterAction,
	type FilterRange,
	overlaps,
	RESERVED_RANGES,
} from './smccc-filter.ts';
export { type Step, step } from './step.ts';
export {
	FEATURE,
	inAarch32,
	isStopped,
	LINE,
	MP_STATE,
	MP_STATE_NAMES,
	newVcpu,
	REQUEST,
	type Registers,
	type RequestName,
	type ResetState,
	requestNames,
	resetRegisters,
	type Vcpu,
} from './vcpu.ts';
export { createVm, type Observe, type Vm } from './vm.ts';
