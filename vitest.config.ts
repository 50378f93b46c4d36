import { defineConfig } from 'vitest/config';
import { generateLanguage } from './scripts/language.mjs';

generateLanguage();

export default defineConfig({
	test: {
		include: ['test/unit/**/*.test.ts', 'test/adapter/**/*.test.ts'],
		// The adapter's tests run dist/psci-trace.mjs: never one that is missing or older than its sources.
		globalSetup: 'test/build-program.ts',
		// For a machine with much else to do; by itself the longest takes a few seconds. No test says less for itself.
		testTimeout: 300_000,
		hookTimeout: 300_000,
		teardownTimeout: 300_000,
		expect: { poll: { timeout: 100_000 } },
		// By itself Vitest leaves one core idle; on two that is half of the machine.
		maxWorkers: '100%',
		// No test changes what another one imports: each worker reads the sources once.
		isolate: false,
	},
});
