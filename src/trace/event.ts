// The events that a recording can hold: what one line or record says, and nothing that follows from
// other lines. Field names are those of the kernel's tracepoints (include/trace/events/kvm.h,
// arch/arm64/kvm/trace_arm.h, trace_handle_exit.h; Linux 7.2) and of the dynamic probes `psci:*`.

/** What kind of event a row of the event table is. The numbers are only for the table's column. */
export const EventKind = {
	kvm_entry: 1,
	kvm_exit: 2,
	kvm_hvc_arm64: 3,
	kvm_wfx_arm64: 4,
	kvm_vcpu_wakeup: 5,
	kvm_userspace_exit: 6,
	kvm_irq_line: 7,
	kvm_guest_fault: 8,
	kvm_mmio: 9,
	/** probe: a hypercall enters KVM's handler, with x0..x3 */
	call: 16,
	/** probe: the handler returns, with x0..x3 as the guest will see them */
	ret: 17,
	cpu_on: 18,
	cpu_on_ret: 19,
	power_off: 20,
	system_event: 21,
	wfi: 22,
	reset: 23,
	set_mp_state: 24,
	set_fw_reg: 25,
	/** the recorder dropped events here */
	lost: 32,
	/** a line of a firmware's or guest's console */
	console: 33,
	/** an operation of userspace that no trace event shows: of simulated sessions only */
	operation: 34,
} as const;

export type EventName = keyof typeof EventKind;
export type EventKind = (typeof EventKind)[EventName];

/** Four registers, x0..x3, as recorded; undefined where the recording does not have one. */
export type Registers = readonly (bigint | undefined)[];

/** What the probes say about whom: `kvm` is the address of the VM's structure, `vcpu` KVM's vcpu_id. */
export interface ProbeSubject {
	readonly kvm?: bigint;
	readonly vcpu?: number;
}

export type EventDetail =
	| { readonly kind: 'kvm_entry'; readonly pc: bigint }
	/** `code`: TRAP, IRQ, … ; `ec`: ESR_ELx.EC of a TRAP and its name, e.g. 0x16 HVC64 */
	| {
			readonly kind: 'kvm_exit';
			readonly code: string;
			readonly ec?: number;
			readonly ecName?: string;
			readonly pc: bigint;
	  }
	/** `pc` is the instruction after the HVC; `r0` the function ID */
	| { readonly kind: 'kvm_hvc_arm64'; readonly pc: bigint; readonly r0: bigint; readonly imm: bigint }
	| { readonly kind: 'kvm_wfx_arm64'; readonly instruction: 'wfi' | 'wfe'; readonly pc: bigint }
	| { readonly kind: 'kvm_vcpu_wakeup'; readonly how: string; readonly ns: bigint; readonly polling: string }
	/** `reason`: KVM_EXIT_* number (24 system event, 3 hypercall, 4 interrupted) and how the kernel prints it */
	| { readonly kind: 'kvm_userspace_exit'; readonly reason: number; readonly reasonName: string }
	| {
			readonly kind: 'kvm_irq_line';
			readonly type: string;
			readonly irq: number;
			readonly vcpuIndex: number;
			readonly num: number;
			readonly level: number;
	  }
	| {
			readonly kind: 'kvm_guest_fault';
			readonly ipa: bigint;
			readonly hsr: bigint;
			readonly hxfar: bigint;
			readonly pc: bigint;
	  }
	| {
			readonly kind: 'kvm_mmio';
			readonly access: string;
			readonly len: number;
			readonly gpa: bigint;
			readonly val: bigint;
	  }
	| ({ readonly kind: 'call'; readonly pc?: bigint; readonly x: Registers } & ProbeSubject)
	/** `ret`: 1 the vCPU goes on in the guest, 0 KVM_RUN returns to the VMM, negative errno */
	| ({ readonly kind: 'ret'; readonly ret?: number; readonly x: Registers } & ProbeSubject)
	| ({ readonly kind: 'cpu_on' } & ProbeSubject)
	/** `ret`: the PSCI return code as KVM's kvm_psci_vcpu_on gives it */
	| ({ readonly kind: 'cpu_on_ret'; readonly ret?: bigint } & ProbeSubject)
	| ({ readonly kind: 'power_off' } & ProbeSubject)
	| ({ readonly kind: 'system_event'; readonly type: number; readonly flags?: bigint } & ProbeSubject)
	| ({ readonly kind: 'wfi' } & ProbeSubject)
	/** `pending`: true where the reset that a CPU_ON left is carried out, false for KVM_ARM_VCPU_INIT */
	| ({
			readonly kind: 'reset';
			readonly pending: boolean;
			readonly pc: bigint;
			readonly r0: bigint;
			readonly be: boolean;
	  } & ProbeSubject)
	| ({ readonly kind: 'set_mp_state'; readonly state: number } & ProbeSubject)
	| ({ readonly kind: 'set_fw_reg'; readonly id: bigint } & ProbeSubject)
	/** `count` is absent where the recorder does not say how many */
	| { readonly kind: 'lost'; readonly count?: number }
	/** `text` as printed, without its time stamp; `source`: who printed it, e.g. `TF-A`, `Linux` */
	| { readonly kind: 'console'; readonly source: string; readonly text: string }
	/** `op`: as the oracle's vectors name it (`irq`, `enable_cap`); `text`: the statement of the scenario */
	| { readonly kind: 'operation'; readonly op: string; readonly text: string; readonly result: string };
