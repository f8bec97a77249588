import type { World } from "#simulation/world.ts";
import { edge } from "./crowd.ts";

/**
 * A standard queue and Lambda's mapping of it: a delivery goes out when it is full, or when its first message has
 * waited for the window; so many are worked on at once.
 */
export class Deliveries<Message> {
  readonly #world: World;
  readonly #queue: { message: Message; sentAt: number }[] = [];
  #from = 0;
  #over = false;

  constructor(world: World) {
    this.#world = world;
  }

  send(message: Message): void {
    this.#queue.push({ message, sentAt: this.#world.now() });
  }

  get waiting(): number {
    return this.#queue.length - this.#from;
  }

  end(): void {
    this.#over = true;
  }

  /** One of the workers at work until the end; messages it answers come again. */
  async work(handle: (messages: Message[]) => Promise<Message[]>): Promise<void> {
    const { ms, messages } = edge.window;
    while (!this.#over || this.waiting > 0) {
      const first = this.#queue[this.#from];
      const due = first && (this.waiting >= messages || this.#world.now() - first.sentAt >= ms);
      if (!due) {
        await this.#world.sleep(5);
        continue;
      }
      const taken = this.#queue.slice(this.#from, this.#from + messages).map(({ message }) => message);
      this.#from += taken.length;
      await this.#world.sleep(edge.deliveryMs);
      for (const message of await handle(taken)) this.send(message);
    }
  }
}
