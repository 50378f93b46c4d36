// What Linux guests do, as programs that scenarios call by name (`use linux.boot_secondaries`).

export const LINUX = `
define boot_secondaries(entry = pad0)
  for cpu in others
    CPU_ON target=cpu entry=entry => SUCCESS
`;
