// What the sections of the page ask for when something in them is clicked.

export interface PageActions {
	/** stand at the event of this row */
	goto(row: number): void;
	/** tell what made this value, or the event of this row, what it is */
	why(of: string | number): void;
	/** show this line of the trace */
	reveal(line: number): void;
	/** show the specification's page of a clause; empty: of the call at hand */
	specification(id: string): void;
}
