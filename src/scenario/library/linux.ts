// What Linux guests do, as programs that scenarios call by name: `vcpu0 use linux.boot_secondaries`. Each says
// in a comment whose behaviour it follows. drivers/firmware/psci/ and arch/arm64/kernel/psci.c were read in Linux
// 7.2; kernel/power/ and the kexec files, which differ little from release to release, in public copies.

export const LINUX = `
# What the driver asks at boot.
# drivers/firmware/psci/psci.c: psci_probe, psci_init_migrate, psci_init_smccc, psci_init_cpu_suspend,
# psci_init_system_suspend, psci_init_system_reset2, psci_init_system_off2
define probe()
  PSCI_VERSION -> version => returns
  MIGRATE_INFO_TYPE => returns
  if version >= 0x10000
    PSCI_FEATURES function=SMCCC_VERSION -> smccc => returns
    if smccc != NOT_SUPPORTED
      SMCCC_VERSION => returns
    PSCI_FEATURES function=CPU_SUSPEND => returns
    PSCI_FEATURES function=SYSTEM_SUSPEND => returns
    PSCI_FEATURES function=SYSTEM_RESET2 => returns
    PSCI_FEATURES function=SYSTEM_OFF2 => returns

# One CPU is brought up, and its start is waited for.
# arch/arm64/kernel/psci.c: cpu_psci_cpu_boot; arch/arm64/kernel/smp.c: __cpu_up
define cpu_on(cpu, entry = pad0)
  CPU_ON target=cpu entry=entry context=0 => SUCCESS
  run cpu => returns
  state cpu RUNNABLE

# All other CPUs, one after the other.
# arch/arm64/kernel/psci.c: cpu_psci_cpu_boot, called by smp_init
define boot_secondaries(entry = pad0)
  for cpu in others
    use cpu_on(cpu=cpu, entry=entry)

# A CPU switches itself off; the caller asks until it is off, for a tenth of a second at most.
# arch/arm64/kernel/psci.c: cpu_psci_cpu_die, which passes a power state of the powerdown type, and
# cpu_psci_cpu_kill, which polls AFFINITY_INFO
define cpu_off(cpu)
  cpu CPU_OFF x1=POWERDOWN => blocked
  repeat up to 100 until x0 == OFF
    AFFINITY_INFO target=cpu level=0
  state cpu STOPPED

# All other CPUs are taken down, one after the other.
# kernel/power/suspend.c: suspend_enter; arch/arm64/kernel/process.c: machine_shutdown
define cpus_off()
  for cpu in others
    use cpu_off(cpu=cpu)

# Hotplug: off and on again.
# arch/arm64/kernel/psci.c: cpu_psci_cpu_kill, cpu_psci_cpu_boot
define hotplug(cpu, entry = pad0)
  use cpu_off(cpu=cpu)
  use cpu_on(cpu=cpu, entry=entry)

# Suspend to RAM: with all other CPUs off, and only where the function is there.
# kernel/power/suspend.c: suspend_enter; drivers/firmware/psci/psci.c: psci_init_system_suspend,
# psci_system_suspend_enter, psci_system_suspend
define suspend(entry = pad1)
  PSCI_FEATURES function=SYSTEM_SUSPEND -> suspend => returns
  if suspend != NOT_SUPPORTED
    use cpus_off()
    SYSTEM_SUSPEND entry=entry context=0

# The end of a hibernation: off by SYSTEM_OFF2 where it is there, with type 0, since some firmware rejects an
# explicit one; by SYSTEM_OFF where it is not, or where it comes back.
# drivers/firmware/psci/psci.c: psci_init_system_off2, psci_sys_hibernate, psci_sys_poweroff
define hibernate()
  PSCI_FEATURES function=SYSTEM_OFF2 -> off2 => returns
  if off2 != NOT_SUPPORTED and off2 & 1 == 1
    SYSTEM_OFF2 type=DEFAULT cookie=0
  if machine is running
    SYSTEM_OFF

# drivers/firmware/psci/psci.c: psci_sys_poweroff
define power_off()
  SYSTEM_OFF

# drivers/firmware/psci/psci.c: psci_sys_reset
define reset()
  SYSTEM_RESET

# With reboot=warm: SYSTEM_RESET2 where it is there, else SYSTEM_RESET.
# drivers/firmware/psci/psci.c: psci_init_system_reset2, psci_sys_reset
define warm_reset()
  PSCI_FEATURES function=SYSTEM_RESET2 -> reset2 => returns
  if reset2 != NOT_SUPPORTED
    SYSTEM_RESET2 type=SYSTEM_WARM_RESET cookie=0
  else
    SYSTEM_RESET

# A new kernel is started by the old one, with all other CPUs off; it brings them up again.
# arch/arm64/kernel/process.c: machine_shutdown; arch/arm64/kernel/machine_kexec.c: machine_kexec, which wants
# one CPU left
define kexec(entry = pad0)
  use cpus_off()
  use probe()
  use boot_secondaries(entry=entry)
`;
