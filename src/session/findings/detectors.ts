// All that is watched for.

import { asleep } from './asleep.ts';
import { bringUp } from './bring-up.ts';
import type { MakeDetector } from './detector.ts';
import { kexec } from './kexec.ts';
import { lostEvents } from './lost-events.ts';
import { suspend } from './suspend.ts';
import { systemEvents } from './system-events.ts';
import { versions } from './versions.ts';

export const DETECTORS: readonly MakeDetector[] = [
	bringUp,
	systemEvents,
	suspend,
	kexec,
	versions,
	asleep,
	lostEvents,
];
