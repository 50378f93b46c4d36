// All that is watched for.

import { bringUp } from './bring-up.ts';
import type { MakeDetector } from './detector.ts';

export const DETECTORS: readonly MakeDetector[] = [bringUp];
