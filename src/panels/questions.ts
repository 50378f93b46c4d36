// Questions to the extension, and the answers when they come.

import type { AnswerTo, Question } from '../session/panel/question.ts';
import type { Answered, Asking } from './messages.ts';

interface Waiting {
	readonly resolve: (body: never) => void;
	readonly reject: (error: Error) => void;
}

export class Questions {
	readonly #send: (message: Asking) => void;
	readonly #waiting = new Map<number, Waiting>();
	#next = 0;

	constructor(send: (message: Asking) => void) {
		this.#send = send;
	}

	ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
		const id = this.#next++;
		return new Promise<AnswerTo<Q>>((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#send({ type: 'ask', id, question });
		});
	}

	take(message: Answered): void {
		const waiting = this.#waiting.get(message.id);
		this.#waiting.delete(message.id);
		if (message.type === 'failure') waiting?.reject(new Error(message.message));
		// The extension answers each question by its kind.
		else waiting?.resolve(message.body as never);
	}
}
