// All that is watched for.

import { asleep } from './asleep.ts';
import { bootProtocol } from './boot-protocol.ts';
import { bringUp } from './bring-up.ts';
import type { MakeDetector } from './detector.ts';
import { kernelFaults } from './kernel-faults.ts';
import { kexec } from './kexec.ts';
import { lostEvents } from './lost-events.ts';
import { owedReset } from './owed-reset.ts';
import { polling } from './polling.ts';
import { refusedSystemCall } from './refused-system-call.ts';
import { restored } from './restored.ts';
import { smcOnly } from './smc-only.ts';
import { suspend } from './suspend.ts';
import { systemEvents } from './system-events.ts';
import { unanswered } from './unanswered.ts';
import { versions } from './versions.ts';

export const DETECTORS: readonly MakeDetector[] = [
	bringUp,
	unanswered,
	systemEvents,
	refusedSystemCall,
	suspend,
	kexec,
	versions,
	smcOnly,
	restored,
	owedReset,
	bootProtocol,
	kernelFaults,
	polling,
	asleep,
	lostEvents,
];
