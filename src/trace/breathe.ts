/**
 * Lets whatever else is due run, input and output too. By a message, not by a timer: two passes that rest by timers find
 * each other's due again and again in Node, before it looks at its input; and a browser makes a timer wait.
 */
export function breathe(): Promise<void> {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(undefined);
	});
}
