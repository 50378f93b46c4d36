import { defineConfig } from 'vitest/config';
import { generateLanguage } from './scripts/language.mjs';

generateLanguage();

export default defineConfig({
	test: {
		include: ['test/unit/**/*.test.ts', 'test/adapter/**/*.test.ts'],
		testTimeout: 30_000,
		// By itself Vitest leaves one core idle; on two that is half of the machine.
		maxWorkers: '100%',
	},
});
