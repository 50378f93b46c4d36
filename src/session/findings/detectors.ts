// All that is watched for.

import { bringUp } from './bring-up.ts';
import type { MakeDetector } from './detector.ts';
import { systemEvents } from './system-events.ts';
import { versions } from './versions.ts';

export const DETECTORS: readonly MakeDetector[] = [bringUp, systemEvents, versions];
