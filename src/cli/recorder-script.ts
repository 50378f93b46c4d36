// The script that `psci-trace record-script` prints. The probes are those of KVM's functions whose arguments
// tell what the stock events leave out; the reader of dynamic probes (src/trace/probe-payload.ts) names them.
// The forms of `call` and `ret` are those of recordings made on 6.12 and 7.2; the others follow the same rules.

export const recorder = `#!/bin/sh
# Records the PSCI calls that guests of this arm64 KVM host make, until Ctrl-C. Open the result with the PSCI
# Trace Debugger. Run as root; give the name of the file as argument, psci-trace.txt otherwise.
#
# It makes an instance of its own under tracefs, enables some events there, and sets kprobes named psci/* for
# what the events do not say: arguments and results of calls, which vCPU, resets. All of it is taken away at
# the end. A probe that this kernel refuses is left out, and said.

set -u
out=\${1:-psci-trace.txt}
tracefs=\${TRACEFS:-/sys/kernel/tracing}
[ -e "$tracefs/kprobe_events" ] || tracefs=/sys/kernel/debug/tracing
instance=$tracefs/instances/psci-trace
made=

say() { echo "$*" >&2; }

[ "$(id -u)" = 0 ] || { say 'run this as root'; exit 1; }
[ -e "$tracefs/kprobe_events" ] || { say 'no tracefs with kprobe events here'; exit 1; }
[ -d "$tracefs/events/kvm" ] || { say 'no events of KVM: is the host arm64, and KVM on?'; exit 1; }
if grep -q ':psci/' "$tracefs/kprobe_events"; then
	say 'there are probes named psci/* already; remove them first'
	exit 1
fi

finish() {
	trap '' INT TERM HUP
	echo 0 >"$instance/tracing_on"
	# The reader ends when it has read all; it may be waiting where there was nothing.
	for _ in 1 2 3 4 5; do
		kill -0 "$reader" 2>/dev/null || break
		sleep 1
	done
	kill "$reader" 2>/dev/null
	wait "$reader" 2>/dev/null
	clean
	say "$out: $(grep -vc '^#' "$out") lines"
	exit 0
}

clean() {
	for event in $made; do
		echo 0 >"$instance/events/psci/$event/enable"
	done
	rmdir "$instance"
	for event in $made; do
		echo "-:psci/$event" >>"$tracefs/kprobe_events"
	done
}

# probe EVENT DEFINITION…: the first definition that the kernel takes.
probe() {
	event=$1
	shift
	for definition; do
		if { echo "$definition" >>"$tracefs/kprobe_events"; } 2>/dev/null; then
			made="$made $event"
			return
		fi
	done
	say "not recorded on this kernel: psci/$event"
}

# function NAME…: the first that this kernel has.
function_of() {
	for name; do
		grep -q " [tT] $name\\$" "\${KALLSYMS:-/proc/kallsyms}" && break
	done
	echo "$name"
}

mkdir "$instance" || exit 1

# Every HVC, and from 6.4 every SMC #0. Field names are looked up in the kernel's own BTF; kernels that
# cannot (before 6.6), or not at return (before 6.9), give less: the debugger shows the rest as inferred.
handler=$(function_of kvm_smccc_call_handler kvm_hvc_call_handler)
who='kvm=vcpu->kvm:x64 vcpu=vcpu->vcpu_id:s32'
x='x=vcpu->arch.ctxt.regs.regs:x64[4]'
probe call "p:psci/call $handler $who pc=vcpu->arch.ctxt.regs.pc:x64 $x"
probe ret "r:psci/ret $handler ret=\\$retval:s32 $who $x" "r:psci/ret $handler ret=\\$retval:s32"
probe cpu_on "p:psci/cpu_on kvm_psci_vcpu_on kvm=source_vcpu->kvm:x64 vcpu=source_vcpu->vcpu_id:s32"
probe cpu_on_ret "r:psci/cpu_on_ret kvm_psci_vcpu_on ret=\\$retval:s64"
probe power_off "p:psci/power_off $(function_of kvm_arm_vcpu_power_off kvm_psci_vcpu_off) $who"
probe system_event "p:psci/system_event kvm_prepare_system_event $who type=type:u32 flags=flags:x64" \\
	"p:psci/system_event kvm_prepare_system_event type=\\$arg2:u32"
probe wfi "p:psci/wfi $(function_of kvm_vcpu_wfi kvm_vcpu_halt kvm_vcpu_block) $who"
probe reset "p:psci/reset kvm_reset_vcpu $who pending=vcpu->arch.reset_state.reset:u8 pc=vcpu->arch.reset_state.pc:x64 r0=vcpu->arch.reset_state.r0:x64 be=vcpu->arch.reset_state.be:u8"
probe set_mp_state "p:psci/set_mp_state kvm_arch_vcpu_ioctl_set_mpstate $who state=mp_state->mp_state:u32" \\
	"p:psci/set_mp_state kvm_arch_vcpu_ioctl_set_mpstate state=+0(\\$arg2):u32"
probe set_fw_reg "p:psci/set_fw_reg kvm_arm_set_fw_reg $who id=reg->id:x64" \\
	"p:psci/set_fw_reg kvm_arm_set_fw_reg id=+0(\\$arg2):x64"

for event in kvm_entry kvm_exit kvm_hvc_arm64 kvm_userspace_exit kvm_vcpu_wakeup kvm_wfx_arm64; do
	enable=$instance/events/kvm/$event/enable
	{ [ -e "$enable" ] && echo 1 >"$enable"; } || say "not recorded on this kernel: kvm/$event"
done
for event in $made; do
	echo 1 >"$instance/events/psci/$event/enable"
done
echo 1 >"$instance/options/record-tgid" 2>/dev/null
echo 16384 >"$instance/buffer_size_kb" 2>/dev/null

# The kernel's version stands in the file: the debugger models that kernel.
{ echo '# tracer: nop'; echo "# $(uname -srm)"; } >"$out"
cat "$instance/trace_pipe" >>"$out" &
reader=$!
trap finish INT TERM HUP
echo 1 >"$instance/tracing_on"
say "recording to $out; Ctrl-C ends it"
while kill -0 "$reader" 2>/dev/null; do
	sleep 1
done
say 'the reader of the trace has ended by itself'
finish
`;
