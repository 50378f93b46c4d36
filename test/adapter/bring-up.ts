// A scenario that is stepped, run and changed: one vCPU asks for another and starts it. Lines 6 to 10 act.

export const BRING_UP = `scenario "bring-up"

machine
  kernel 7.2
  vcpus 2
vcpu0 PSCI_VERSION => 1.3
repeat 2
  vcpu0 AFFINITY_INFO target=vcpu1 => OFF
vcpu0 CPU_ON target=vcpu1 entry=pad0 context=7 => SUCCESS
run vcpu1 => returns
`;
