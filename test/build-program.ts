// Vitest's global setup: what the adapter's tests run is built first, under `npm run check` and in an editor alike.

import { buildProgram } from '../scripts/prepare.mjs';

export default buildProgram;
