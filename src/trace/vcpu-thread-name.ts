// Which vCPU a thread runs, by the name its VMM gave it.
//
//   CPU 3/KVM      QEMU with `-name guest=…,debug-threads=on`; `CPU 3/KV` where a column cut it
//   crosvm_vcpu3   crosvm
//   fc_vcpu 3      Firecracker
//   vcpu3          cloud-hypervisor
//   kvm-vcpu-3     kvmtool

const patterns = [/^CPU (\d{1,4})\/K?V?M?$/, /^(?:crosvm_vcpu|fc_vcpu |vcpu|kvm-vcpu-)(\d{1,4})$/];

export function vcpuOfThreadName(comm: string): number | undefined {
	for (const pattern of patterns) {
		const match = pattern.exec(comm);
		if (match !== null) {
			return Number(match[1]);
		}
	}
	return undefined;
}
