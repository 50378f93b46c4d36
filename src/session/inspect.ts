// The state as a tree of named values, each with its provenance and a path that evaluates to it. The
// debug adapter's scopes, its evaluate request and the panels all show this one tree.

export { callValues } from './inspect/call-values.ts';
export { hex, type Origin, originText, type Value } from './inspect/value.ts';
export {
	callOfVcpu,
	mpidrValue,
	registerValues,
	vcpuPath,
	vcpuValues,
} from './inspect/vcpu-values.ts';
export { vmPath, vmValues } from './inspect/vm-values.ts';
