/** Writes the parser that the scenario language's grammar describes, where it is not there yet. */
export function generateLanguage(): void;
