// Every rule that the model can decide by. A decision can only name a rule of these tables.

import type { Rule } from './rule.ts';
import { IOCTL_RULES } from './rules-ioctls.ts';
import { PSCI_RULES } from './rules-psci.ts';
import { RELAY_RULES } from './rules-relay.ts';
import { RUN_RULES } from './rules-run.ts';
import { SMCCC_RULES } from './rules-smccc.ts';

export const RULES = { ...PSCI_RULES, ...SMCCC_RULES, ...RUN_RULES, ...IOCTL_RULES, ...RELAY_RULES };

export type RuleId = keyof typeof RULES;

export function isRuleId(id: string): id is RuleId {
	return Object.hasOwn(RULES, id);
}

export function ruleOf(id: RuleId): Rule {
	return RULES[id];
}

/** All ids in the order of the tables. */
export const RULE_IDS: readonly RuleId[] = Object.keys(RULES).filter(isRuleId);
