interface Waiting<Answer> {
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the keys that are asked for in one turn of the event loop and looks them up together: a thousand
 * notifications that come at once are one query.
 */
export class Gathered<Answer> {
  private asked = new Map<string, Waiting<Answer>[]>();

  constructor(
    private readonly lookUp: (keys: string[]) => Promise<ReadonlyMap<string, Answer>>,
    private readonly most = 500,
  ) {}

  get(key: string): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.asked.size === 0) setImmediate(() => this.flush());
      const others = this.asked.get(key);
      if (others) others.push({ resolve, reject });
      else this.asked.set(key, [{ resolve, reject }]);
      if (this.asked.size >= this.most) this.flush();
    });
  }

  private flush(): void {
    const asked = this.asked;
    if (asked.size === 0) return;
    this.asked = new Map();
    this.lookUp([...asked.keys()]).then(
      (answers) => {
        for (const [key, all] of asked) for (const { resolve } of all) resolve(answers.get(key));
      },
      (error: unknown) => {
        for (const all of asked.values()) for (const { reject } of all) reject(error);
      },
    );
  }
}
